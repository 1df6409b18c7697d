// A small curve of the moving average, read when it comes into view.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CurveBands } from '../../../src/shared/api/learning-curve.ts';
import type { JobOverview } from '../../../src/shared/api/server-status.ts';
import { call } from '../api.ts';

type Point = readonly [steps: number, value: number];

const size = { width: 90, height: 24 };
const pointCount = 45;

/** Curves by job, so that sorting and filtering do not read them again. */
const known = new Map<string, readonly Point[]>();

export function Sparkline({ job }: { readonly job: JobOverview }) {
  const { id, steps, movingAverageReward } = job;
  const element = useRef<SVGSVGElement>(null);
  const [points, setPoints] = useState<readonly Point[] | null>(known.get(id) ?? null);

  useEffect(() => {
    if (element.current === null || known.has(id)) return undefined;
    const abort = new AbortController();
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      readPoints(id, abort.signal).then(
        (read) => {
          known.set(id, read);
          setPoints(read);
        },
        () => undefined,
      );
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      abort.abort();
    };
  }, [id]);

  useEffect(() => {
    const last = known.get(id);
    if (last === undefined || movingAverageReward === null) return;
    const next = extend(last, [steps, movingAverageReward]);
    known.set(id, next);
    setPoints(next);
  }, [id, steps]);

  return (
    <svg ref={element} class="sparkline" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
      {points && points.length > 1 && <polyline points={draw(points)} />}
    </svg>
  );
}

async function readPoints(id: string, signal: AbortSignal): Promise<Point[]> {
  const path = `jobs/${id}/curve?columns=movingAverage&maxPoints=${pointCount}`;
  const { steps, columns } = await call<CurveBands>(path, { signal });
  return steps.flatMap((step, index) => {
    const value = columns.movingAverage?.mean[index] ?? null;
    return value === null ? [] : [[step, value] as const];
  });
}

/** The last point moves on until it is as far from the one before it as the others are. */
function extend(points: readonly Point[], point: Point): readonly Point[] {
  const last = points.at(-1);
  if (last === undefined || point[0] < last[0]) return [point];
  if (point[0] === last[0]) return points;
  const before = points.at(-2);
  const isClose = before !== undefined && last[0] - before[0] < point[0] / pointCount;
  const kept = isClose ? points.slice(0, -1) : points;
  return [...(kept.length > 2 * pointCount ? kept.filter((_, index) => index % 2 === 0) : kept), point];
}

function draw(points: readonly Point[]): string {
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 1];
  return points
    .map(([step, value]) => {
      const x = ((step - first) / Math.max(1, last - first)) * (size.width - 2) + 1;
      const y = size.height - 2 - ((value - low) / Math.max(1e-12, high - low)) * (size.height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
