// The one message that travels from a worker to its master for every update: a flat buffer, transferred and returned.
//
// Layout: HEADER_LENGTH float64 figures, two float64 per finished episode (return, length), then the float32 gradient.

const FIELDS = [
  'epoch',
  'parameterVersion',
  'steps',
  'episodes',
  'policyLoss',
  'valueLoss',
  'entropy',
  'gradientNorm',
] as const;
const HEADER_LENGTH = FIELDS.length;
const EPISODE_LENGTH = 2;

/** Sizes both sides agree on when a job starts. */
export interface GradientBufferShape {
  readonly parameters: number;
  /** Episodes that can end within one rollout. */
  readonly episodes: number;
}

export type GradientHeader = Readonly<Record<(typeof FIELDS)[number], number>>;

/** Bytes of one buffer. */
export function gradientBufferBytes({ parameters, episodes }: GradientBufferShape): number {
  return (HEADER_LENGTH + EPISODE_LENGTH * episodes) * 8 + parameters * 4;
}

/** Writes the header; the order of the fields is the layout. */
export function writeGradientHeader(buffer: ArrayBuffer, header: GradientHeader): void {
  const figures = new Float64Array(buffer, 0, HEADER_LENGTH);
  figures[0] = header.epoch;
  figures[1] = header.parameterVersion;
  figures[2] = header.steps;
  figures[3] = header.episodes;
  figures[4] = header.policyLoss;
  figures[5] = header.valueLoss;
  figures[6] = header.entropy;
  figures[7] = header.gradientNorm;
}

export function readGradientHeader(buffer: ArrayBuffer): GradientHeader {
  const [
    epoch = 0,
    parameterVersion = 0,
    steps = 0,
    episodes = 0,
    policyLoss = 0,
    valueLoss = 0,
    entropy = 0,
    gradientNorm = 0,
  ] = new Float64Array(buffer, 0, HEADER_LENGTH);
  return { epoch, parameterVersion, steps, episodes, policyLoss, valueLoss, entropy, gradientNorm };
}

/** Pairs of return and length, one per finished episode. */
export function viewEpisodes(buffer: ArrayBuffer, { episodes }: GradientBufferShape): Float64Array {
  return new Float64Array(buffer, HEADER_LENGTH * 8, EPISODE_LENGTH * episodes);
}

export function viewGradient(
  buffer: ArrayBuffer,
  { parameters, episodes }: GradientBufferShape,
): Float32Array {
  return new Float32Array(buffer, (HEADER_LENGTH + EPISODE_LENGTH * episodes) * 8, parameters);
}
