// A plot of lines over one axis, on uPlot: zoomed by dragging, by the wheel with Ctrl, and by buttons.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCount, formatDuration, formatNumber } from '../format.ts';
import { theme } from '../state/theme.ts';
import type { Axis } from './live-curve.ts';

export interface Line {
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Area around the line. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  readonly isFaint?: boolean;
  readonly isDashed?: boolean;
  /** Dots in place of a line. */
  readonly isDots?: boolean;
}

export interface View {
  readonly from: number;
  readonly to: number;
}

/** Something that happened during a run: a vertical line. */
export interface Moment {
  readonly at: number;
  readonly label: string;
}

interface PlotProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly moments?: readonly Moment[];
  readonly axis: Axis;
  readonly isLogarithmic: boolean;
  /** Null: everything. */
  readonly view: View | null;
  readonly onZoom: (view: View | null) => void;
  readonly height: number;
}

const cursorGroup = uPlot.sync('curves');

export function Plot(props: PlotProps) {
  const { title, lines, moments = [], axis, isLogarithmic, view, onZoom, height } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const window = useRef(view);
  window.current = view;
  const shownMoments = useRef(moments);
  shownMoments.current = moments;
  // What needs another plot; new numbers and another view do not.
  const shape = lines
    .map(({ label, color, low, isFaint, isDashed, isDots }) =>
      [label, color, low !== undefined, isFaint, isDashed, isDots].join(),
    )
    .join(';');

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const created = new uPlot(
      createOptions(
        { lines, axis, isLogarithmic, height, width: element.clientWidth },
        {
          zoom: (range) => zoom.current(range),
          view: () => window.current,
          moments: () => shownMoments.current,
        },
      ),
      align(lines, isLogarithmic),
      element,
    );
    plot.current = created;
    const resized = new ResizeObserver(() => {
      created.setSize({ width: element.clientWidth, height });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [shape, axis, isLogarithmic, height, theme.value]);

  const draw = useRef<() => void>(() => undefined);
  draw.current = (): void => {
    plot.current?.setData(align(lines, isLogarithmic));
  };
  const isInView = useRef(true);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      const wasInView = isInView.current;
      isInView.current = entries.at(-1)?.isIntersecting ?? true;
      if (isInView.current && !wasInView) draw.current();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    // What nobody sees is drawn when it comes into view.
    if (isInView.current) draw.current();
  }, [lines, moments, isLogarithmic, view?.from, view?.to]);

  return <div ref={place} class="plot" role="img" aria-label={describe(title, lines, moments)} />;
}

/** The plot in words. */
function describe(title: string, lines: readonly Line[], moments: readonly Moment[]): string {
  const parts = lines
    .filter(({ isFaint }) => isFaint !== true)
    .map(({ label, y }) => {
      const known = y.filter((value) => value !== null);
      if (known.length === 0) return `${label}: nothing yet`;
      const lowest = known.reduce((least, value) => Math.min(least, value));
      const highest = known.reduce((most, value) => Math.max(most, value));
      return `${label}: now ${formatNumber(known.at(-1))}, between ${formatNumber(lowest)} and ${formatNumber(highest)}`;
    });
  const happened = moments.map(({ at, label }) => `At ${formatCount(at)}: ${label}`);
  return `${title}. ${[...parts, ...happened].join('. ')}`;
}

/** Tables of all lines on one axis, as uPlot wants them: x, and for each line its values and the limits of its area. */
function align(lines: readonly Line[], isLogarithmic: boolean): uPlot.AlignedData {
  // A logarithm needs numbers above zero; others are left out.
  const take = (values: readonly (number | null)[]): (number | null)[] =>
    isLogarithmic ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values];
  const tables = lines.map(({ x, y, low, high }): uPlot.AlignedData => {
    const area = low && high ? [take(high), take(low)] : [];
    return [[...x], take(y), ...area];
  });
  if (tables.length === 0) return [[]];
  return uPlot.join(tables);
}

interface Looks extends Pick<PlotProps, 'lines' | 'axis' | 'isLogarithmic' | 'height'> {
  readonly width: number;
}

interface Controls {
  readonly zoom: (view: View | null) => void;
  readonly view: () => View | null;
  readonly moments: () => readonly Moment[];
}

function createOptions(
  { lines, axis, isLogarithmic, height, width }: Looks,
  { zoom, view, moments }: Controls,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const series: uPlot.Series[] = [{ label: axis }];
  const bands: uPlot.Band[] = [];
  for (const { label, color: stroke, low, isFaint, isDashed, isDots } of lines) {
    series.push({
      label,
      stroke: isFaint === true ? fade(stroke, 0.35) : stroke,
      width: isFaint === true ? 1 : 2,
      spanGaps: true,
      ...(isDashed === true && { dash: [6, 4] }),
      ...(isDots === true && { paths: () => null }),
      points: isDots === true ? { show: true, size: 6, fill: stroke } : { show: false },
    });
    if (low === undefined) continue;
    const first = series.length;
    for (const limit of ['high', 'low'])
      series.push({ label: `${label} ${limit}`, width: 0, spanGaps: true, points: { show: false } });
    bands.push({ series: [first, first + 1], fill: fade(stroke, 0.18) });
  }
  const grid = { stroke: color('--line'), width: 1 };
  const shared = { stroke: color('--muted'), grid, ticks: grid, font: '12px system-ui' };
  return {
    width,
    height,
    series,
    bands,
    legend: { show: false },
    cursor: { sync: { key: cursorGroup.key }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: {
        time: false,
        range: (_plot, least, most) => {
          const chosen = view();
          return chosen ? [chosen.from, chosen.to] : [least, Math.max(most, least + 1e-9)];
        },
      },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum exists in types only
      y: isLogarithmic ? { distr: 3 } : {},
    },
    axes: [
      { ...shared, size: 30, values: (_plot, ticks) => ticks.map((tick) => formatTick(tick, axis)) },
      {
        ...shared,
        size: 58,
        values: (_plot, ticks) =>
          ticks.map((tick: number | null) => (tick === null ? '' : formatNumber(tick))),
      },
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected < 3) return;
          zoom({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + selected, 'x') });
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      draw: [(plot) => drawMoments(plot, moments(), color('--muted'))],
      ready: [
        (plot) => {
          plot.over.addEventListener('dblclick', () => zoom(null));
        },
      ],
    },
  };
}

function drawMoments(plot: uPlot, moments: readonly Moment[], color: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.font = `${11 * devicePixelRatio}px system-ui`;
  ctx.textBaseline = 'top';
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { at, label } of moments) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // The text is on the side that has room for it.
    const isRight = x > bbox.left + bbox.width / 2;
    ctx.textAlign = isRight ? 'right' : 'left';
    const gap = (isRight ? -4 : 4) * devicePixelRatio;
    ctx.fillText(label, x + gap, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

function formatTick(tick: number, axis: Axis): string {
  return axis === 'elapsedSeconds' ? formatDuration(tick) : formatCount(tick);
}

/** The colour with less of it: the canvas does not know CSS variables, but it does know color-mix. */
function fade(color: string, share: number): string {
  return `color-mix(in srgb, ${color} ${share * 100}%, transparent)`;
}
