// Several jobs in one plot, one by one or grouped by their settings, and what is different between them.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CurveBands } from '../../../src/shared/api/learning-curve.ts';
import type { Job } from '../../../src/shared/job/job.ts';
import { measures } from '../../../src/shared/measures/measures.ts';
import { groupBySettings, listDifferences, type RunGroup } from '../../../src/shared/job/group-runs.ts';
import { summarizeRuns } from '../../../src/shared/statistics/summarize-runs.ts';
import { summarizeScores } from '../../../src/shared/statistics/summarize-scores.ts';
import { call, describeError } from '../api.ts';
import { colorOf } from '../charts/colors.ts';
import { LiveCurve, type Axis } from '../charts/live-curve.ts';
import { Plot, type Line, type View } from '../charts/plot.tsx';
import { smooth } from '../charts/smooth.ts';
import { AxisChoice, Checkbox, describeAxis, Smoothing } from '../components/controls.tsx';
import { StateBadge } from '../components/job-parts.tsx';
import { formatCount, formatNumber } from '../format.ts';
import { route } from '../router.ts';
import { plottedColumns } from '../state/job-feed.ts';
import { isFinished } from '../state/actions.ts';
import { jobsById } from '../state/jobs.ts';
import { theme } from '../state/theme.ts';

interface ComparedJob {
  readonly job: Job;
  readonly curve: LiveCurve;
}

const refreshMs = 2_000;
const rows = 1_000;
const descriptions = new Map<string, string>(measures.map(({ name, description }) => [name, description]));

export function ComparePage() {
  const list = route.value.query.get('jobs') ?? '';
  const ids = useMemo(() => list.split(',').filter((id) => id !== ''), [list]);
  const [measure, setMeasure] = useState('movingAverage');
  const [axis, setAxis] = useState<Axis>('steps');
  const [isGrouped, setGrouped] = useState(false);
  const [smoothing, setSmoothing] = useState(0);
  const [view, setView] = useState<View | null>(null);
  const { compared, missing } = useComparison(ids, measure, axis === 'steps' ? view : null);
  const groups = useMemo(() => groupBySettings(compared.map(({ job }) => job)), [compared]);
  const lines = useMemo(
    () =>
      isGrouped
        ? drawGroups(groups, compared, { measure, axis })
        : drawJobs(compared, { measure, axis, smoothing }),
    [compared, groups, isGrouped, measure, axis, smoothing, theme.value],
  );
  if (ids.length === 0) {
    return (
      <p class="message">
        Select two or more jobs in <a href="#/">the list</a>, and press Compare.
      </p>
    );
  }
  return (
    <section aria-labelledby="compare-title">
      <div class="toolbar">
        <h1 id="compare-title">Compare</h1>
        <label>
          Measure{' '}
          <select value={measure} onChange={({ currentTarget }) => setMeasure(currentTarget.value)}>
            {plottedColumns.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <AxisChoice
          axis={axis}
          onChange={(next) => {
            setView(null);
            setAxis(next);
          }}
        />
        <Checkbox label="Group runs with the same settings" isChecked={isGrouped} onChange={setGrouped} />
        <Smoothing weight={smoothing} isDisabled={isGrouped} onChange={setSmoothing} />
        <button type="button" disabled={view === null} onClick={() => setView(null)}>
          Whole runs
        </button>
      </div>
      {missing.map((message) => (
        <p key={message} class="warning">
          {message}
        </p>
      ))}
      <figure class="chart" style={{ margin: '0 0 1rem' }}>
        <header>
          <h2>{measure}</h2>
          <small>
            {descriptions.get(measure)}
            {isGrouped ? '; the mean of the runs and the range of their middle half' : ''}
          </small>
        </header>
        <Plot
          title={`${measure} over ${describeAxis(axis)}`}
          lines={lines}
          axis={axis}
          isLogarithmic={false}
          view={view}
          onZoom={setView}
          height={380}
        />
      </figure>
      {isGrouped ? (
        <GroupTable groups={groups} compared={compared} measure={measure} />
      ) : (
        <JobTable compared={compared} measure={measure} />
      )}
      <Differences jobs={compared.map(({ job }) => job)} />
    </section>
  );
}

/** Reads the jobs and one column of their curves; again for those that are still running. */
function useComparison(ids: readonly string[], measure: string, view: View | null) {
  const [compared, setCompared] = useState<readonly ComparedJob[]>([]);
  const [missing, setMissing] = useState<readonly string[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const range =
      view === null
        ? ''
        : `&sinceStep=${Math.max(-1, Math.floor(view.from) - 1)}&untilStep=${Math.max(0, Math.ceil(view.to))}`;
    const readOne = async (id: string): Promise<ComparedJob> => {
      const { signal } = abort;
      const [job, bands] = await Promise.all([
        call<Job>(`jobs/${id}`, { signal }),
        call<CurveBands>(`jobs/${id}/curve?columns=${measure}&maxPoints=${rows}${range}`, { signal }),
      ]);
      return { job, curve: new LiveCurve(bands) };
    };
    const read = async (): Promise<void> => {
      const results = await Promise.allSettled(ids.map(readOne));
      if (abort.signal.aborted) return;
      setCompared(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
      setMissing(
        results.flatMap((result, index) =>
          result.status === 'rejected' ? [`${ids[index] ?? ''}: ${describeError(result.reason)}`] : [],
        ),
      );
      const isAnyRunning = ids.some((id) => jobsById.value.get(id)?.state === 'running');
      if (isAnyRunning) timer = setTimeout(() => void read(), refreshMs);
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [ids, measure, view?.from, view?.to]);
  return { compared, missing };
}

const labelOf = ({ id, name, spec }: Job): string => `${name ?? spec.environment} · ${id.slice(4, 9)}`;

interface DrawOptions {
  readonly measure: string;
  readonly axis: Axis;
  readonly smoothing: number;
}

function drawJobs(compared: readonly ComparedJob[], { measure, axis, smoothing }: DrawOptions): Line[] {
  return compared
    .filter(({ curve }) => curve.has(measure))
    .flatMap(({ job, curve }, index): Line[] => {
      const { mean, min, max } = curve.column(measure);
      const line = { label: labelOf(job), color: colorOf(index), x: curve.axis[axis] };
      if (smoothing === 0) return [{ ...line, y: mean, low: min, high: max }];
      return [
        { ...line, y: mean, isFaint: true },
        { ...line, y: smooth(mean, smoothing) },
      ];
    });
}

function drawGroups(
  groups: readonly RunGroup<Job>[],
  compared: readonly ComparedJob[],
  { measure, axis }: Omit<DrawOptions, 'smoothing'>,
): Line[] {
  return groups.map(({ label, runs: jobs }, index) => {
    const runs = compared
      .filter(({ job, curve }) => jobs.includes(job) && curve.has(measure))
      .map(({ job, curve }) => ({
        x: curve.axis[axis],
        y: curve.column(measure).mean,
        isOver: isFinished(job.state),
      }));
    const { x, mean, low, high } = summarizeRuns(runs);
    return { label, color: colorOf(index), x, y: mean, low, high };
  });
}

interface TableProps {
  readonly compared: readonly ComparedJob[];
  readonly measure: string;
}

function lastOf({ curve }: ComparedJob, measure: string): number | null {
  return curve.has(measure) ? (curve.column(measure).mean.findLast((value) => value !== null) ?? null) : null;
}

function JobTable({ compared, measure }: TableProps) {
  return (
    <div class="table" role="region" aria-label="Compared jobs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>Job</th>
            <th>State</th>
            <th class="number">{measure}, last</th>
            <th class="number">Best evaluation</th>
            <th class="number">Steps</th>
            <th class="number">Seed</th>
          </tr>
        </thead>
        <tbody>
          {compared.map((entry, index) => (
            <tr key={entry.job.id}>
              <td>
                <span class="key" style={{ background: colorOf(index) }} />
                <a href={`#/jobs/${entry.job.id}`}>{labelOf(entry.job)}</a>
              </td>
              <td>
                <StateBadge {...entry.job} />
              </td>
              <td class="number">{formatNumber(lastOf(entry, measure))}</td>
              <td class="number">{formatNumber(entry.job.reward.best)}</td>
              <td class="number">{formatCount(entry.job.progress.steps)}</td>
              <td class="number">{entry.job.spec.seed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GroupTable({
  groups,
  compared,
  measure,
}: TableProps & { readonly groups: readonly RunGroup<Job>[] }) {
  return (
    <div class="table" role="region" aria-label="Groups of runs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>Settings</th>
            <th class="number">Runs</th>
            <th class="number">{measure}, last: interquartile mean</th>
            <th class="number">95 % interval</th>
            <th class="number">Best evaluation: interquartile mean</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ label, runs: jobs }, index) => {
            const own = compared.filter(({ job }) => jobs.includes(job));
            const { mean, interval } = summarizeScores(own.map((entry) => lastOf(entry, measure)));
            const best = summarizeScores(own.map(({ job }) => job.reward.best));
            return (
              <tr key={label}>
                <td>
                  <span class="key" style={{ background: colorOf(index) }} />
                  {label}
                </td>
                <td class="number">{jobs.length}</td>
                <td class="number">{formatNumber(mean)}</td>
                <td class="number">
                  {interval === null
                    ? '–'
                    : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`}
                </td>
                <td class="number">{formatNumber(best.mean)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Differences({ jobs }: { readonly jobs: readonly Job[] }) {
  const differences = useMemo(() => listDifferences(jobs), [jobs]);
  if (jobs.length < 2) return null;
  return (
    <>
      <h2 style={{ marginTop: '1rem' }}>Settings that differ</h2>
      {differences.length === 0 ? (
        <p>None.</p>
      ) : (
        <div class="table" role="region" aria-label="Table of settings that differ" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>Setting</th>
                {jobs.map((job) => (
                  <th key={job.id}>{labelOf(job)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map(({ path, values }) => (
                <tr key={path}>
                  <td>{path}</td>
                  {values.map((value, index) => (
                    <td key={jobs[index]?.id} class="mono">
                      {value.length > 80 ? `${value.slice(0, 80)} …` : value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
