// The one message that travels from a worker to its master for every update: a flat buffer, transferred and returned.
//
// Layout: HEADER_LENGTH float64 figures, two float64 per finished episode (return, length), the float64 moments that
// normalization merges, then the float32 gradient.

import { gradientMeasureNames, packMetrics, type GradientMetrics } from '../measures/measures.ts';

/** Which parameters a gradient is for: none while a memory fills, the critic's alone while the actor waits for it. */
export const gradientCoverages = ['nothing', 'critic', 'everything'] as const;
export type GradientCoverage = (typeof gradientCoverages)[number];

/** What comes with one gradient, beside its measures. */
export interface GradientHeader {
  readonly parameterVersion: number;
  readonly steps: number;
  /** Episodes that ended in the rollout. */
  readonly episodes: number;
  readonly coverage: GradientCoverage;
}

/** Figures before the measures: parameterVersion, steps, episodes, coverage. */
const COUNTS_LENGTH = 4;
const HEADER_LENGTH = COUNTS_LENGTH + gradientMeasureNames.length;
const EPISODE_LENGTH = 2;

/** Sizes both sides agree on when a job starts. */
export interface GradientBufferShape {
  readonly parameters: number;
  /** Episodes that can end within one rollout. */
  readonly episodes: number;
  /** Numbers that describe a rollout's observations and returns for normalization; 0 without. */
  readonly moments: number;
}

/** Bytes of one buffer. */
export function gradientBufferBytes(shape: GradientBufferShape): number {
  return locateMoments(shape) + shape.moments * 8 + shape.parameters * 4;
}

function locateMoments({ episodes }: GradientBufferShape): number {
  return (HEADER_LENGTH + EPISODE_LENGTH * episodes) * 8;
}

export function writeGradientHeader(
  buffer: ArrayBuffer,
  header: GradientHeader,
  metrics: GradientMetrics,
): void {
  const figures = new Float64Array(buffer, 0, HEADER_LENGTH);
  figures[0] = header.parameterVersion;
  figures[1] = header.steps;
  figures[2] = header.episodes;
  figures[3] = gradientCoverages.indexOf(header.coverage);
  packMetrics(metrics, figures, COUNTS_LENGTH);
}

export function readGradientHeader(buffer: ArrayBuffer): GradientHeader {
  const figures = new Float64Array(buffer, 0, COUNTS_LENGTH);
  return {
    parameterVersion: figures[0] ?? 0,
    steps: figures[1] ?? 0,
    episodes: figures[2] ?? 0,
    coverage: gradientCoverages[figures[3] ?? 0] ?? 'nothing',
  };
}

/** The metrics of a gradient, in the order of gradientMeasureNames. */
export function viewMetrics(buffer: ArrayBuffer): Float64Array {
  return new Float64Array(buffer, COUNTS_LENGTH * 8, gradientMeasureNames.length);
}

/** Pairs of return and length, one per finished episode. */
export function viewEpisodes(buffer: ArrayBuffer, { episodes }: GradientBufferShape): Float64Array {
  return new Float64Array(buffer, HEADER_LENGTH * 8, EPISODE_LENGTH * episodes);
}

/** What RolloutMoments measured, in its order. */
export function viewMoments(buffer: ArrayBuffer, shape: GradientBufferShape): Float64Array {
  return new Float64Array(buffer, locateMoments(shape), shape.moments);
}

export function viewGradient(buffer: ArrayBuffer, shape: GradientBufferShape): Float32Array {
  return new Float32Array(buffer, locateMoments(shape) + shape.moments * 8, shape.parameters);
}
