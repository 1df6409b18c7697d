// The curves of one job: one plot for each measure, all with the same axis and view.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EvaluationResult, JobChange } from '../../../src/shared/job/job.ts';
import { concernsTraining } from '../../../src/shared/job/changeable-paths.ts';
import { measureDescriptions, measures } from '../../../src/shared/measures/measures.ts';
import { AxisChoice, Checkbox, describeAxis, Smoothing } from '../components/controls.tsx';
import { readPart } from '../state/job-feed.ts';
import { theme } from '../state/theme.ts';
import { colorOf } from './colors.ts';
import type { Axis, LiveCurve } from './live-curve.ts';
import { Plot, type Line, type Moment, type View } from './plot.tsx';
import { smooth } from './smooth.ts';

export interface Mark {
  readonly label: string;
  readonly value: number;
}

interface CurveGridProps {
  readonly id: string;
  readonly curve: LiveCurve;
  /** Changes with the curve, which is changed in place. */
  readonly revision: number;
  readonly evaluations: readonly EvaluationResult[];
  /** Settings that were changed during the run. */
  readonly changes: readonly JobChange[];
  readonly target: Mark | null;
}

interface Group {
  readonly title: string;
  readonly columns: readonly string[];
}

/** Measures with a plot of their own, and those that share one. */
const groups: readonly Group[] = [
  { title: 'Return', columns: ['movingAverage'] },
  { title: 'Episode length', columns: ['episodeLength'] },
  { title: 'Steps per second', columns: ['stepsPerSecond'] },
  { title: "Workers' time", columns: ['actingShare', 'steppingShare', 'learningShare', 'waitingShare'] },
  { title: 'Policy loss', columns: ['policyLoss'] },
  { title: 'Value loss', columns: ['valueLoss'] },
  { title: 'Entropy', columns: ['entropy'] },
  { title: 'Explained variance', columns: ['explainedVariance'] },
  { title: 'Gradient norm', columns: ['gradientNorm'] },
  { title: 'Learning rate', columns: ['learningRate'] },
  { title: 'Staleness', columns: ['staleness'] },
  { title: 'Approximate KL', columns: ['approximateKl'] },
  { title: 'Clip fraction', columns: ['clipFraction'] },
  { title: 'Mean of the policy', columns: ['policyMean'] },
  { title: 'Deviation of the policy', columns: ['policyStandardDeviation'] },
];

const labels: Readonly<Record<string, string>> = {
  actingShare: 'choosing actions',
  steppingShare: 'stepping environments',
  learningShare: 'learning',
  waitingShare: 'waiting',
  movingAverage: 'moving average',
};

const units = new Map<string, string>(measures.map(({ name, unit }) => [name, unit]));
const descriptions = new Map<string, string>(Object.entries(measureDescriptions));
const detailDelayMs = 150;

/** What a person can do who does not drag: a label, a sign, and the part to look at next. */
const moves: readonly (readonly [string, string, (view: View) => View])[] = [
  ['Earlier', '◀', (view) => shift(view, -0.5)],
  ['Zoom in', '+', (view) => shrink(view, 0.25)],
  ['Zoom out', '−', (view) => shrink(view, -0.5)],
  ['Later', '▶', (view) => shift(view, 0.5)],
];

export function CurveGrid({ id, curve, revision, evaluations, changes, target }: CurveGridProps) {
  const [axis, setAxis] = useState<Axis>('steps');
  const [view, setView] = useState<View | null>(null);
  const [follows, setFollows] = useState(false);
  const [smoothing, setSmoothing] = useState(0);
  const [isLogarithmic, setLogarithmic] = useState(false);
  const detail = useDetail(id, curve, { view: follows ? null : view, axis });
  const end = curve.axis[axis].at(-1) ?? 0;
  const shownView = follows && view ? { from: end - (view.to - view.from), to: end } : view;
  const shown = detail ?? curve;
  const plots = useMemo(
    () =>
      groups
        .filter(({ columns }) => columns.some((name) => curve.has(name)))
        .map((group) => ({ group, lines: createLines(shown, group.columns, { axis, smoothing }) })),
    [shown, curve, revision, axis, smoothing, theme.value],
  );
  const extras = useMemo(
    () => createReturnLines(curve, evaluations, { axis, target }),
    [curve, revision, evaluations, axis, target?.value, theme.value],
  );
  const moments = useMemo(() => listMoments(curve, changes, axis), [curve, changes, axis]);
  const zoom = (next: View | null): void => {
    setFollows(false);
    setView(next);
  };
  const move = (change: (view: View) => View): void => {
    const first = curve.axis[axis][0] ?? 0;
    const { from, to } = change(shownView ?? { from: first, to: end });
    zoom({ from: Math.max(first, from), to: Math.min(end, to) });
  };

  return (
    <section aria-label="Curves">
      <div class="toolbar">
        <AxisChoice
          axis={axis}
          onChange={(next) => {
            setView(null);
            setAxis(next);
          }}
        />
        <Smoothing weight={smoothing} onChange={setSmoothing} />
        <Checkbox label="Logarithmic" isChecked={isLogarithmic} onChange={setLogarithmic} />
        <span class="buttons" role="group" aria-label="Part of the run">
          {moves.map(([label, sign, change]) => (
            <button key={label} type="button" aria-label={label} onClick={() => move(change)}>
              {sign}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={follows}
            onClick={() => {
              setView(view ?? { from: end * 0.8, to: end });
              setFollows(!follows);
            }}
          >
            Follow the newest
          </button>
          <button type="button" disabled={view === null} onClick={() => zoom(null)}>
            Whole run
          </button>
        </span>
      </div>
      <div class="charts">
        {plots.map(({ group, lines }, index) => (
          <figure key={group.title} class={index === 0 ? 'chart wide' : 'chart'} style={{ margin: 0 }}>
            <header>
              <h2 title={group.columns.map((name) => descriptions.get(name) ?? '').join('\n')}>
                {group.title}
              </h2>
              <Legend
                lines={index === 0 ? [...lines, ...extras] : lines}
                unit={units.get(group.columns[0] ?? '') ?? ''}
              />
            </header>
            <Plot
              title={`${group.title} over ${describeAxis(axis)}`}
              lines={index === 0 ? [...lines, ...extras] : lines}
              moments={moments}
              axis={axis}
              isLogarithmic={isLogarithmic}
              view={shownView}
              onZoom={zoom}
              height={index === 0 ? 300 : 190}
            />
          </figure>
        ))}
      </div>
      <small>
        Drag over a curve to zoom in, double-click to see the whole run. Areas show the extremes of the points
        that a line stands for.
      </small>
    </section>
  );
}

function Legend({ lines, unit }: { readonly lines: readonly Line[]; readonly unit: string }) {
  const named = lines.filter(({ isFaint }) => isFaint !== true);
  // The title says what a single line is.
  const shown = named.length > 1 ? named : [];
  return (
    <ul class="legend">
      {shown.map(({ label, color }) => (
        <li key={label}>
          <span class="key" style={{ background: color }} />
          {label}
        </li>
      ))}
      {unit !== '' && (
        <li>
          <small>{unit}</small>
        </li>
      )}
    </ul>
  );
}

/** Reads finer points of what is looked at. */
function useDetail(
  id: string,
  curve: LiveCurve,
  { view, axis }: { readonly view: View | null; readonly axis: Axis },
): LiveCurve | null {
  const [detail, setDetail] = useState<LiveCurve | null>(null);
  useEffect(() => {
    setDetail(null);
    if (view === null) return undefined;
    const abort = new AbortController();
    const range = {
      from: curve.convert(view.from, axis, 'steps'),
      to: curve.convert(view.to, axis, 'steps'),
    };
    const timer = setTimeout(() => {
      readPart(id, range, abort.signal).then(
        (part) => {
          if (part.length > 1) setDetail(part);
        },
        // The coarse curve stays.
        () => undefined,
      );
    }, detailDelayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, view?.from, view?.to, axis]);
  return detail;
}

interface LineOptions {
  readonly axis: Axis;
  readonly smoothing: number;
}

function createLines(curve: LiveCurve, names: readonly string[], { axis, smoothing }: LineOptions): Line[] {
  const x = curve.axis[axis];
  return names.flatMap((name, index): Line[] => {
    const { mean, min, max } = curve.column(name);
    const line = { label: labels[name] ?? name, color: colorOf(index), x };
    const raw = { ...line, y: mean, low: min, high: max };
    if (smoothing === 0) return [raw];
    return [
      { ...raw, isFaint: true },
      { ...line, y: smooth(mean, smoothing) },
    ];
  });
}

/** Evaluations with their deviation, and the target. */
function createReturnLines(
  curve: LiveCurve,
  evaluations: readonly EvaluationResult[],
  { axis, target }: { readonly axis: Axis; readonly target: Mark | null },
): Line[] {
  const x = evaluations.map(({ steps }) => (axis === 'steps' ? steps : curve.convert(steps, 'steps', axis)));
  const lines: Line[] = [];
  if (evaluations.length > 0) {
    lines.push({
      label: 'evaluations ± deviation',
      color: colorOf(1),
      x,
      y: evaluations.map(({ mean }) => mean),
      low: evaluations.map(({ mean, standardDeviation }) => mean - standardDeviation),
      high: evaluations.map(({ mean, standardDeviation }) => mean + standardDeviation),
    });
  }
  const [first, last] = [curve.axis[axis][0], curve.axis[axis].at(-1)];
  if (target !== null && first !== undefined && last !== undefined && last > first) {
    const { label, value } = target;
    lines.push({ label, color: colorOf(2), x: [first, last], y: [value, value], isDashed: true });
  }
  return lines;
}

/** Changes of training settings. Those made at the same step share a line. */
function listMoments(curve: LiveCurve, changes: readonly JobChange[], axis: Axis): Moment[] {
  const trained = changes.filter(concernsTraining);
  const steps = [...new Set(trained.map((change) => change.steps))];
  return steps.map((at) => ({
    at: axis === 'steps' ? at : curve.convert(at, 'steps', axis),
    label: trained
      .filter((change) => change.steps === at)
      .map(({ path, to }) => `${path} ${JSON.stringify(to)}`)
      .join(', '),
  }));
}

function shift({ from, to }: View, share: number): View {
  const move = (to - from) * share;
  return { from: from + move, to: to + move };
}

/** A negative share shows more. */
function shrink({ from, to }: View, share: number): View {
  const move = (to - from) * share;
  return { from: from + move, to: to - move };
}
