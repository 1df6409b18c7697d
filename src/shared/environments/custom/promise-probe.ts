// Finds out whether a custom environment answers at once or with promises, on one that is thrown away.
import { Random } from '../../random/random.ts';
import { flatSize } from '../../spaces/space.ts';
import {
  isPromise,
  listChoices,
  SynchronousAdapter,
  type AdaptedEnvironment,
} from './environment-adapter.ts';

/** What is wrong with the answers shows when an environment is used in earnest; this reads only their kind. */
export class PromiseProbe extends SynchronousAdapter {
  readonly #definition: AdaptedEnvironment['definition'];

  constructor(adapted: AdaptedEnvironment) {
    super(adapted);
    this.#definition = adapted.definition;
  }

  /** Resets and, where that gave no promise, steps once. */
  returnsPromises(): boolean {
    const random = Random.fromSeed(0);
    if (this.call('reset', () => forgetPromise(this.custom.reset(random)))) return true;
    this.beginStep();
    const action = this.readAction(this.#chooseActions(), 0);
    return this.call('step', () => forgetPromise(this.custom.step(action, random)));
  }

  /** The first allowed alternative of each choice, or the point of a box nearest to 0. */
  #chooseActions(): Float32Array {
    const { actionSpace } = this.#definition;
    const choices = listChoices(actionSpace);
    const mask = new Float32Array(choices.reduce((sum, count) => sum + count, 0)).fill(1);
    this.writeActionMask?.(mask, 0);
    const actions = new Float32Array(flatSize(actionSpace));
    let offset = 0;
    for (const [index, count] of choices.entries()) {
      actions[index] = Math.max(0, mask.subarray(offset, offset + count).indexOf(1));
      offset += count;
    }
    return actions;
  }
}

/** Whether the value is a promise, of which nothing more is wanted. */
function forgetPromise(value: unknown): boolean {
  if (!isPromise(value)) return false;
  value.then(undefined, () => undefined);
  return true;
}
