// Base of all wrappers: it passes on the wrapped environment's values, and saves its state together with the
// wrapper's own.
import type { Random } from '../../random/random.ts';
import type { Environment } from '../environment.ts';
import type { Scene } from '../scene.ts';

export abstract class EnvironmentWrapper implements Environment {
  readonly writeActionMask?: (target: Float32Array, offset: number) => void;
  readonly getState?: () => number[];
  readonly setState?: (state: readonly number[]) => void;
  readonly render?: () => Scene;
  protected readonly inner: Environment;

  constructor(inner: Environment) {
    this.inner = inner;
    if (inner.writeActionMask) {
      this.writeActionMask = (target, offset) => inner.writeActionMask?.(target, offset);
    }
    if (inner.render) this.render = () => inner.render?.() ?? { width: 1, height: 1, shapes: [] };
    if (!inner.getState || !inner.setState) return;
    this.getState = () => [...(inner.getState?.() ?? []), ...this.readOwnState()];
    this.setState = (state) => {
      const own = state.length - this.readOwnState().length;
      inner.setState?.(state.slice(0, own));
      this.restoreOwnState(state.slice(own));
    };
  }

  get terminated(): boolean {
    return this.inner.terminated;
  }

  get truncated(): boolean {
    return this.inner.truncated === true;
  }

  get interrupted(): boolean {
    return this.inner.interrupted === true;
  }

  observe(target: Float32Array, offset: number): void {
    this.inner.observe(target, offset);
  }

  async close(): Promise<void> {
    await this.inner.close?.();
  }

  abstract reset(random: Random): void | Promise<void>;
  abstract step(actions: Float32Array, offset: number, random: Random): number | Promise<number>;

  /** Always the same number of numbers. */
  protected abstract readOwnState(): number[];
  protected abstract restoreOwnState(state: readonly number[]): void;
}
