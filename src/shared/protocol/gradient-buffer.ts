// The one message that travels from a worker to its master for every update: a flat buffer, transferred and returned.
//
// Layout: HEADER_LENGTH float64 figures, two float64 per finished episode (return, length), the float64 moments that
// normalization merges, then the float32 gradient.

/** Which parameters a gradient is for: none while a memory fills, the critic's alone while the actor waits for it. */
export const gradientCoverages = ['nothing', 'critic', 'everything'] as const;
export type GradientCoverage = (typeof gradientCoverages)[number];

/**
 * Figures of one gradient; losses are means over its rollout, the norm is that before clipping. The policy's mean and
 * standard deviation are NaN for policies that have none.
 */
export interface GradientHeader {
  readonly parameterVersion: number;
  readonly steps: number;
  /** Episodes that ended in the rollout. */
  readonly episodes: number;
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  readonly gradientNorm: number;
  readonly policyMean: number;
  readonly policyStandardDeviation: number;
  /** How far the policy has moved since it acted; NaN for losses that do not measure it. */
  readonly approximateKl: number;
  /** Share of rows that a clipped loss does not push any more. */
  readonly clipFraction: number;
  readonly coverage: GradientCoverage;
}

const HEADER_LENGTH = 12;
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

export function writeGradientHeader(buffer: ArrayBuffer, header: GradientHeader): void {
  const figures = new Float64Array(buffer, 0, HEADER_LENGTH);
  figures[0] = header.parameterVersion;
  figures[1] = header.steps;
  figures[2] = header.episodes;
  figures[3] = header.policyLoss;
  figures[4] = header.valueLoss;
  figures[5] = header.entropy;
  figures[6] = header.gradientNorm;
  figures[7] = header.policyMean;
  figures[8] = header.policyStandardDeviation;
  figures[9] = gradientCoverages.indexOf(header.coverage);
  figures[10] = header.approximateKl;
  figures[11] = header.clipFraction;
}

export function readGradientHeader(buffer: ArrayBuffer): GradientHeader {
  const figures = new Float64Array(buffer, 0, HEADER_LENGTH);
  return {
    parameterVersion: figures[0] ?? 0,
    steps: figures[1] ?? 0,
    episodes: figures[2] ?? 0,
    policyLoss: figures[3] ?? 0,
    valueLoss: figures[4] ?? 0,
    entropy: figures[5] ?? 0,
    gradientNorm: figures[6] ?? 0,
    policyMean: figures[7] ?? 0,
    policyStandardDeviation: figures[8] ?? 0,
    coverage: gradientCoverages[figures[9] ?? 0] ?? 'nothing',
    approximateKl: figures[10] ?? 0,
    clipFraction: figures[11] ?? 0,
  };
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
