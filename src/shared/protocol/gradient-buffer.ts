// Gradient buffer: the message from a worker to its master for every update, a flat buffer that is transferred and
// returned.
// Layout: ORIGIN_BYTES that name the sender, HEADER_LENGTH float64 numbers (counts, metrics, phase times), two float64
// per finished episode (return, length), the float64 moments for normalization, then the float32 gradient.
import {
  gradientMeasureNames,
  packMetrics,
  workerPhases,
  type GradientMetrics,
} from '../measures/measures.ts';

/** `elsewhere`: the gradient was added to that of another buffer. */
const headerCoverages = ['nothing', 'critic', 'everything', 'elsewhere'] as const;
export type HeaderCoverage = (typeof headerCoverages)[number];
/**
 * The parameters that a gradient covers: none while a replay buffer is filled, only the critic's while the actor does
 * not learn yet, or all.
 */
export type GradientCoverage = Exclude<HeaderCoverage, 'elsewhere'>;

/** The worker that a gradient comes from. */
export interface GradientOrigin {
  /** Empty for a job without a server. */
  readonly jobId: string;
  /** Number of the job's master, counted from 1. */
  readonly epoch: number;
  readonly worker: number;
  /** Distinguishes a worker from earlier ones in its place. */
  readonly incarnation: number;
}

const JOB_ID_BYTES = 24;
/** The job's id, padded with zeros, then epoch, worker and incarnation as float64. */
const ORIGIN_BYTES = JOB_ID_BYTES + 3 * 8;

/** Header of a gradient, besides its measurements. */
export interface GradientHeader {
  readonly parameterVersion: number;
  readonly steps: number;
  /** Number of episodes that ended in the rollout. */
  readonly episodes: number;
  readonly coverage: HeaderCoverage;
}

export interface GradientMeasurements {
  readonly metrics: GradientMetrics;
  /**
   * Milliseconds that the worker spent in each phase, in the order of workerPhases; zeros if not measured. The sum of a
   * phase over many gradients, divided by the sum of all phases, is its share of time.
   */
  readonly phaseTimes: Float64Array;
}

/** Number of values before the measurements: parameterVersion, steps, episodes, coverage. */
const COUNTS_LENGTH = 4;
/** Number of values in viewMeasurements: the metrics, then the phase times. */
export const measurementsLength = gradientMeasureNames.length + workerPhases.length;
const HEADER_LENGTH = COUNTS_LENGTH + measurementsLength;
const PHASE_TIMES = COUNTS_LENGTH + gradientMeasureNames.length;
const EPISODE_LENGTH = 2;

/** Sizes that both sides agree on when a job starts. */
export interface GradientBufferShape {
  readonly parameters: number;
  /** Maximum number of episodes that end within one rollout. */
  readonly episodes: number;
  /** Number of moments of a rollout's observations and returns; 0 without normalization. */
  readonly moments: number;
}

/** Returns the size of one buffer in bytes. */
export function gradientBufferBytes(shape: GradientBufferShape): number {
  return locateMoments(shape) + shape.moments * 8 + shape.parameters * 4;
}

/** Creates a gradient buffer of one worker. The origin is written once and stays in the buffer. */
export function createGradientBuffer(shape: GradientBufferShape, origin: GradientOrigin): ArrayBuffer {
  const buffer = new ArrayBuffer(gradientBufferBytes(shape));
  new Int32Array(buffer, 0, ORIGIN_BYTES / 4).set(encodeOrigin(origin));
  return buffer;
}

/** Encodes an origin as in a buffer; throws RangeError if the job id is longer than 24 bytes. */
export function encodeOrigin({ jobId, epoch, worker, incarnation }: GradientOrigin): Int32Array {
  const id = new TextEncoder().encode(jobId);
  if (id.length > JOB_ID_BYTES)
    throw new RangeError(`the job id ${jobId} has more than ${JOB_ID_BYTES} bytes`);
  const bytes = new Uint8Array(ORIGIN_BYTES);
  bytes.set(id);
  new Float64Array(bytes.buffer, JOB_ID_BYTES).set([epoch, worker, incarnation]);
  return new Int32Array(bytes.buffer);
}

/** Reads the origin of a buffer. */
export function readOrigin(buffer: ArrayBuffer): GradientOrigin {
  const id = new Uint8Array(buffer, 0, JOB_ID_BYTES);
  const end = id.indexOf(0);
  const [epoch = 0, worker = 0, incarnation = 0] = new Float64Array(buffer, JOB_ID_BYTES, 3);
  const jobId = new TextDecoder().decode(id.subarray(0, end < 0 ? JOB_ID_BYTES : end));
  return { jobId, epoch, worker, incarnation };
}

/** Whether a buffer has this size and the encoded origin. */
export function isGradientOf(buffer: ArrayBuffer, encodedOrigin: Int32Array, bytes: number): boolean {
  if (buffer.byteLength !== bytes) return false;
  const found = new Int32Array(buffer, 0, ORIGIN_BYTES / 4);
  for (let index = 0; index < found.length; index += 1) {
    if (found[index] !== encodedOrigin[index]) return false;
  }
  return true;
}

function locateMoments({ episodes }: GradientBufferShape): number {
  return ORIGIN_BYTES + (HEADER_LENGTH + EPISODE_LENGTH * episodes) * 8;
}

export function writeGradientHeader(
  buffer: ArrayBuffer,
  header: GradientHeader,
  { metrics, phaseTimes }: GradientMeasurements,
): void {
  const numbers = new Float64Array(buffer, ORIGIN_BYTES, HEADER_LENGTH);
  numbers[0] = header.parameterVersion;
  numbers[1] = header.steps;
  numbers[2] = header.episodes;
  numbers[3] = headerCoverages.indexOf(header.coverage);
  packMetrics(metrics, numbers, COUNTS_LENGTH);
  for (let phase = 0; phase < phaseTimes.length; phase += 1)
    numbers[PHASE_TIMES + phase] = phaseTimes[phase] ?? 0;
}

export function readGradientHeader(buffer: ArrayBuffer): GradientHeader {
  const figures = new Float64Array(buffer, ORIGIN_BYTES, COUNTS_LENGTH);
  return {
    parameterVersion: figures[0] ?? 0,
    steps: figures[1] ?? 0,
    episodes: figures[2] ?? 0,
    coverage: headerCoverages[figures[3] ?? 0] ?? 'nothing',
  };
}

/** Notes that the gradient of a buffer was added to that of another one. */
export function markAsAddedElsewhere(buffer: ArrayBuffer): void {
  const numbers = new Float64Array(buffer, ORIGIN_BYTES, COUNTS_LENGTH);
  numbers[COUNTS_LENGTH - 1] = headerCoverages.indexOf('elsewhere');
}

/** The metrics of a gradient in the order of gradientMeasureNames, then its phase times in that of workerPhases. */
export function viewMeasurements(buffer: ArrayBuffer): Float64Array {
  return new Float64Array(buffer, ORIGIN_BYTES + COUNTS_LENGTH * 8, measurementsLength);
}

/** Pairs of return and length, one per finished episode. */
export function viewEpisodes(buffer: ArrayBuffer, { episodes }: GradientBufferShape): Float64Array {
  return new Float64Array(buffer, ORIGIN_BYTES + HEADER_LENGTH * 8, EPISODE_LENGTH * episodes);
}

/** Moments in the order of RolloutMoments. */
export function viewMoments(buffer: ArrayBuffer, shape: GradientBufferShape): Float64Array {
  return new Float64Array(buffer, locateMoments(shape), shape.moments);
}

export function viewGradient(buffer: ArrayBuffer, shape: GradientBufferShape): Float32Array {
  return new Float32Array(buffer, locateMoments(shape) + shape.moments * 8, shape.parameters);
}
