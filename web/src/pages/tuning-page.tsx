// One tuning: how far the search is, and its trials, best first.
import { useMemo } from 'preact/hooks';
import type { Tuning, TuningTrial } from '../../../src/shared/api/tuning.ts';
import { flatten } from '../../../src/shared/fields/flatten.ts';
import { GroupHeader } from '../components/group-header.tsx';
import { formatCount, formatNumber } from '../format.ts';
import { isFinished } from '../state/actions.ts';
import { usePolled } from '../state/use-polled.ts';

export function TuningPage({ id }: { readonly id: string }) {
  const path = `tunings/${id}`;
  const { value, error, refresh } = usePolled<Tuning>(path, ({ state }) => isFinished(state));
  const columns = useMemo(() => listVaried(value?.trials ?? []), [value]);
  if (error?.isMissing === true)
    return (
      <section class="message">
        <h1>There is no such tuning</h1>
        <p>
          <a href="#/experiments">All experiments and tunings</a>
        </p>
      </section>
    );
  if (value === null) return <p class="message">{error?.text ?? 'Reading the tuning …'}</p>;
  const { name, state, progress, rung, rungs, trials, best, jobs, seed } = value;
  return (
    <article>
      <GroupHeader
        path={path}
        title={name ?? `Settings for ${value.environment}`}
        subtitle={`${rungs[0]?.candidates ?? 0} trials, search seed ${seed}`}
        state={state}
        progress={progress}
        jobs={jobs}
        onChange={refresh}
      />
      <ol class="rungs" aria-label="Rungs of the search">
        {rungs.map(({ candidates, steps, seeds }, index) => (
          <li key={index} aria-current={index === rung && !isFinished(state) ? 'step' : undefined}>
            {candidates} {candidates === 1 ? 'trial' : 'trials'} × {formatCount(steps)} steps
            {seeds > 1 ? ` × ${seeds} seeds` : ''}
          </li>
        ))}
      </ol>
      {best !== null && (
        <section class="card" aria-label="The best settings">
          <h2>
            Trial {best.trial} is the best so far: {formatNumber(best.score.mean)} ±{' '}
            {formatNumber(best.score.standardDeviation)}
          </h2>
          <p>
            The mean return of 100 greedy episodes with the last parameters, over {best.score.seeds}{' '}
            {best.score.seeds === 1 ? 'seed' : 'seeds'}.
          </p>
          <details>
            <summary>Its settings, to post as a job</summary>
            <pre tabIndex={0}>{JSON.stringify(best.settings, null, 2)}</pre>
          </details>
        </section>
      )}
      <div class="table" role="region" aria-label="Table of trials" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th class="number">Trial</th>
              <th class="number">Rung</th>
              <th class="number">Score</th>
              <th class="number">Lowest to highest</th>
              {columns.map((column) => (
                <th key={column}>{column}</th>
              ))}
              <th>Jobs</th>
            </tr>
          </thead>
          <tbody>
            {trials.map((trial) => (
              <TrialRow key={trial.number} trial={trial} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}

function TrialRow({ trial, columns }: { readonly trial: TuningTrial; readonly columns: readonly string[] }) {
  const { number, rung, score, settings, jobs } = trial;
  const flat = flatten(settings);
  return (
    <tr>
      <td class="number">
        {number}
        {number === 1 && <small> (default)</small>}
      </td>
      <td class="number">{rung + 1}</td>
      <td class="number">{formatNumber(score?.mean ?? null)}</td>
      <td class="number">
        {score === null || score.seeds === 1
          ? '–'
          : `${formatNumber(score.min)} to ${formatNumber(score.max)}`}
      </td>
      {columns.map((column) => (
        <td key={column} class="mono">
          {flat.has(column) ? JSON.stringify(flat.get(column)) : ''}
        </td>
      ))}
      <td>
        <span class="links">
          {jobs.map(({ id, seed }) => (
            <a key={id} href={`#/jobs/${id}`}>
              {seed}
            </a>
          ))}
        </span>
      </td>
    </tr>
  );
}

/** Settings that are not the same in all trials. */
function listVaried(trials: readonly TuningTrial[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { settings } of trials) {
    for (const [path, value] of flatten(settings))
      values.set(path, (values.get(path) ?? new Set()).add(JSON.stringify(value)));
  }
  return [...values].filter(([, found]) => found.size > 1).map(([path]) => path);
}
