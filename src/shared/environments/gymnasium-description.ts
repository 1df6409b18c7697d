// Description of an environment of Gymnasium: plain data, small even for images.

/** Beginning of the ids of Gymnasium's environments. */
export const gymnasiumPrefix = 'gymnasium:';

/** One bound if all elements have the same; null: unbounded. */
export type DescribedBounds = number | null | readonly (number | null)[];

export interface DescribedBox {
  readonly type: 'box';
  readonly shape: readonly number[];
  readonly low: DescribedBounds;
  readonly high: DescribedBounds;
  /** Whether elements are of the type `uint8`, as in images. */
  readonly isBytes: boolean;
}

export type DescribedSpace =
  | { readonly type: 'discrete'; readonly n: number }
  | { readonly type: 'multiDiscrete'; readonly n: readonly number[] }
  | DescribedBox;

export interface GymnasiumDescription {
  readonly observationSpace: DescribedSpace;
  readonly actionSpace: DescribedSpace;
  readonly maxEpisodeSteps: number | null;
  readonly rewardThreshold: number | null;
  /** Whether `info` has `action_mask`. */
  readonly hasActionMask: boolean;
  /** Whether Gymnasium can preprocess it as an Atari game: `yes`, `no`, or what pip has to install for that. */
  readonly atari: string;
  /** Version of Gymnasium. */
  readonly version: string;
}
