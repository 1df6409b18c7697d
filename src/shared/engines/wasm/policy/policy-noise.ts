// When a policy's random numbers are drawn: all of a rollout's at once, or for some steps at a time.
import type { KernelMemory } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy } from './policy.ts';
import type { Random } from '../../../random/random.ts';
import { takeFloat32, takeNumber, type ModelState } from '../../model-state.ts';

/** Rows that a rollout acts on, and environments among them. */
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
    // Nothing has been drawn yet, so the first step is one of drawing.
    this.#stepsSinceDraw = policy.stepsPerDraw ?? 0;
  }

  beginRollout(random: Random, kernels: Kernels): void {
    if (this.#policy.stepsPerDraw === null) this.#draw(random);
    // What was drawn stays, its scale follows the new parameters.
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

  /** Numbers that are drawn for a whole rollout are drawn anew for the next, and need not be kept. */
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
