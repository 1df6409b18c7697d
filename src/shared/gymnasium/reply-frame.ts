// Layout of a reply of the bridge (bridge.py), and views of its parts.

export interface FrameShape {
  readonly worlds: number;
  /** Numbers of one action. */
  readonly actionSize: number;
  /** Numbers of one observation. */
  readonly observationSize: number;
  /** Alternatives of all choices of an action; 0 without a mask. */
  readonly maskSize: number;
  /** Whether observations are bytes, and not float32. */
  readonly isBytes: boolean;
}

/** Bytes of the status and the count. */
export const headBytes = 8;

export class ReplyFrame {
  readonly bytes: Uint8Array;
  /** Bytes of a reply without final observations. */
  readonly fixedBytes: number;
  /** Bytes of one observation. */
  readonly rowBytes: number;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  /** One for each allowed and zero for each forbidden action; padded to a multiple of four bytes, world by world. */
  readonly masks: Uint8Array;
  readonly observations: Float32Array | Uint8Array;
  /** Final observations of the worlds whose episodes ended, in their order. */
  readonly finals: readonly (Float32Array | Uint8Array)[];
  readonly #head: Int32Array;

  constructor({ worlds, observationSize, maskSize, isBytes }: FrameShape) {
    const size = worlds * observationSize;
    const ends = headBytes + 4 * worlds;
    const masks = ends + roundUp(worlds);
    const observations = masks + roundUp(worlds * maskSize);
    this.rowBytes = observationSize * (isBytes ? 1 : 4);
    this.fixedBytes = observations + worlds * this.rowBytes;
    const memory = new ArrayBuffer(roundUp(this.fixedBytes + worlds * this.rowBytes));
    this.bytes = new Uint8Array(memory);
    this.#head = new Int32Array(memory, 0, 2);
    this.rewards = new Float32Array(memory, headBytes, worlds);
    this.ends = new Uint8Array(memory, ends, worlds);
    this.masks = new Uint8Array(memory, masks, worlds * maskSize);
    const view = (offset: number, length: number) =>
      isBytes ? new Uint8Array(memory, offset, length) : new Float32Array(memory, offset, length);
    this.observations = view(observations, size);
    this.finals = Array.from({ length: worlds }, (_, world) =>
      view(this.fixedBytes + world * this.rowBytes, observationSize),
    );
  }

  /** 0: rows follow; anything else: an error. */
  get status(): number {
    return this.#head[0]!;
  }

  /** Number of episodes that ended, or of bytes of an error. */
  get count(): number {
    return this.#head[1]!;
  }
}

function roundUp(bytes: number): number {
  return (bytes + 3) & ~3;
}
