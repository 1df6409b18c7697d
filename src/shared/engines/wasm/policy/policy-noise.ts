// Noise of a policy: draws its random numbers, either for a whole rollout or at intervals of some steps.
import type { KernelMemory } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy } from './policy.ts';
import type { Random } from '../../../random/random.ts';
import { takeFloat32, takeNumber, type ModelState } from '../../model-state.ts';

/** Number of rows of a rollout, and of environments. */
export interface NoiseRows {
  readonly actedRows: number;
  readonly environments: number;
}

export class PolicyNoise {
  readonly #policy: Policy;
  readonly #environments: number;
  readonly #numbers: Float32Array;
  #stepsSinceDraw: number;

  constructor(policy: Policy, memory: KernelMemory, { actedRows, environments }: NoiseRows) {
    const rows = policy.stepsPerDraw === null ? actedRows : environments;
    this.#policy = policy;
    this.#environments = environments;
    this.#numbers = memory.view(policy.noise, rows * policy.noiseSize);
    // The first step must draw, because nothing has been drawn yet.
    this.#stepsSinceDraw = policy.stepsPerDraw ?? 0;
  }

  beginRollout(random: Random, kernels: Kernels): void {
    if (this.#policy.stepsPerDraw === null) this.#draw(random);
    // The drawn noise stays; its scale follows the new parameters.
    else this.#policy.prepare?.(kernels, this.#environments);
  }

  beginStep(random: Random, kernels: Kernels): void {
    const { stepsPerDraw } = this.#policy;
    if (stepsPerDraw === null) return;
    if (this.#stepsSinceDraw >= stepsPerDraw) {
      this.#draw(random);
      this.#policy.prepare?.(kernels, this.#environments);
      this.#stepsSinceDraw = 0;
    }
    this.#stepsSinceDraw += 1;
  }

  /** Copies the noise that lasts. Noise for a whole rollout is drawn again for the next one and is not part of it. */
  getState(): ModelState {
    if (this.#policy.stepsPerDraw === null) return {};
    return { noise: this.#numbers.slice(), stepsSinceDraw: this.#stepsSinceDraw };
  }

  setState(state: ModelState): void {
    if (this.#policy.stepsPerDraw === null) return;
    this.#numbers.set(takeFloat32(state, 'noise'));
    this.#stepsSinceDraw = takeNumber(state, 'stepsSinceDraw');
  }

  #draw(random: Random): void {
    if (this.#policy.noiseType === 'uniform') random.fillUniform(this.#numbers);
    else random.fillNormal(this.#numbers);
  }
}
