// One experiment: the curve and the score of each variation over its seeds.
import { useMemo, useState } from 'preact/hooks';
import type { Experiment, ExperimentVariation } from '../../../src/shared/api/experiment.ts';
import { colorOf } from '../charts/colors.ts';
import { Plot, type Line, type View } from '../charts/plot.tsx';
import { GroupHeader } from '../components/group-header.tsx';
import { StateBadge } from '../components/job-parts.tsx';
import { formatCount, formatNumber } from '../format.ts';
import { isFinished } from '../state/actions.ts';
import { theme } from '../state/theme.ts';
import { usePolled } from '../state/use-polled.ts';

export function ExperimentPage({ id }: { readonly id: string }) {
  const path = `experiments/${id}`;
  const { value, error, refresh } = usePolled<Experiment>(path, ({ state }) => isFinished(state));
  const [view, setView] = useState<View | null>(null);
  const lines = useMemo(() => drawVariations(value?.variations ?? []), [value, theme.value]);
  if (error?.isMissing === true)
    return (
      <section class="message">
        <h1>There is no such experiment</h1>
        <p>
          <a href="#/experiments">All experiments</a>
        </p>
      </section>
    );
  if (value === null) return <p class="message">{error?.text ?? 'Reading the experiment …'}</p>;
  const { name, state, progress, seeds, variations, winner, jobs } = value;
  const best = winner === null ? undefined : variations[winner.variation];
  return (
    <article>
      <GroupHeader
        path={path}
        title={name ?? `Experiment with ${String(value.job.environment)}`}
        subtitle={`${variations.length} × ${seeds.length} jobs, seeds ${describeSeeds(seeds)}`}
        state={state}
        progress={progress}
        jobs={jobs}
        onChange={refresh}
      />
      {best !== undefined && variations.length > 1 && (
        <p role="status">
          <strong>{best.label}</strong> has the best score
          {winner?.isClear === true
            ? ', and its confidence interval lies above all others.'
            : ', but confidence intervals overlap: more seeds would tell more.'}
        </p>
      )}
      <figure class="chart" style={{ margin: '0 0 1rem' }}>
        <header>
          <h2>Moving average</h2>
          <ul class="legend">
            {lines.map(({ label, color }) => (
              <li key={label}>
                <span class="key" style={{ background: color }} />
                {label}
              </li>
            ))}
          </ul>
          <small>the mean of the seeds and the range of their middle half</small>
        </header>
        <Plot
          title="Moving average over steps"
          lines={lines}
          axis="steps"
          isLogarithmic={false}
          view={view}
          onZoom={setView}
          height={360}
        />
      </figure>
      <div class="table" role="region" aria-label="Table of variations" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>Variation</th>
              <th>State</th>
              <th class="number">Score: interquartile mean</th>
              <th class="number">95 % interval</th>
              <th class="number">Steps, median</th>
              <th>Jobs (seed: score)</th>
            </tr>
          </thead>
          <tbody>
            {variations.map((variation, index) => (
              <VariationRow
                key={variation.label}
                variation={variation}
                color={colorOf(index)}
                isWinner={winner?.variation === index && variations.length > 1}
              />
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}

interface VariationRowProps {
  readonly variation: ExperimentVariation;
  readonly color: string;
  readonly isWinner: boolean;
}

function VariationRow({ variation, color, isWinner }: VariationRowProps) {
  const { label, state, score, medianSteps, jobs } = variation;
  const [low, high] = [score?.low ?? null, score?.high ?? null];
  return (
    <tr>
      <td>
        <span class="key" style={{ background: color }} />
        {label}
        {isWinner && <span class="badge"> best</span>}
      </td>
      <td>
        <StateBadge state={state} endedBy={null} />
      </td>
      <td class="number">{formatNumber(score?.interquartileMean ?? null)}</td>
      <td class="number">
        {low === null || high === null ? '–' : `${formatNumber(low)} to ${formatNumber(high)}`}
      </td>
      <td class="number">{medianSteps === null ? '–' : formatCount(medianSteps)}</td>
      <td>
        <span class="links">
          {jobs.map((job) => (
            <a key={job.id} href={`#/jobs/${job.id}`}>
              {job.seed}: {formatNumber(job.score)}
            </a>
          ))}
        </span>
      </td>
    </tr>
  );
}

function drawVariations(variations: readonly ExperimentVariation[]): Line[] {
  return variations.map(({ label, curve: { steps, mean, low, high } }, index) => ({
    label,
    color: colorOf(index),
    x: steps,
    y: mean,
    low,
    high,
  }));
}

function describeSeeds(seeds: readonly number[]): string {
  return seeds.length > 6 ? `${seeds.slice(0, 5).join(', ')}, …` : seeds.join(', ');
}
