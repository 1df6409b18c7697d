// A worker's environments that take their time: all of them step at once, and when the last has answered, the
// lockstep that also serves environments of the other kind writes the rollout.
import type { AsynchronousCreation, EnvironmentDefinition } from '../shared/environments/environment.ts';
import { SettledEnvironment } from '../shared/environments/settled-environment.ts';
import type { EnvironmentState } from '../shared/protocol/worker-state.ts';
import type { Random } from '../shared/random/random.ts';
import { LockstepEnvironments } from './lockstep-environments.ts';
import type { Rollout } from './rollout.ts';

interface Member {
  readonly environment: SettledEnvironment;
  readonly random: Random;
  length: number;
}

export class AsynchronousEnvironments {
  readonly #members: Member[] = [];
  readonly #lockstep: LockstepEnvironments;
  readonly #maxEpisodeSteps: number;

  /** Each environment draws from its own stream, split from `random`. */
  constructor(
    definition: EnvironmentDefinition & { readonly asynchronous: AsynchronousCreation },
    count: number,
    random: Random,
  ) {
    const create = (): SettledEnvironment => {
      const environment = new SettledEnvironment(definition.asynchronous.create(), definition);
      this.#members.push({ environment, random: random.split(this.#members.length), length: 0 });
      return environment;
    };
    this.#lockstep = new LockstepEnvironments({ ...definition, create }, count, random);
    this.#maxEpisodeSteps = definition.maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
  }

  async start(rollout: Rollout): Promise<void> {
    await Promise.all(
      this.#members.map(async ({ environment, random }) => {
        await environment.prepare(random);
      }),
    );
    this.#lockstep.start(rollout);
  }

  /** What they stand for is elsewhere and cannot be put back: only their random streams are told, as a copy. */
  getState(): EnvironmentState[] {
    return this.#members.map(({ random }) => ({
      state: null,
      random: random.getState(),
      episodeReturn: 0,
      episodeLength: 0,
    }));
  }

  /** Begins new episodes with the random numbers that come after those of an earlier worker. */
  async resume(rollout: Rollout, states: readonly EnvironmentState[]): Promise<void> {
    states.forEach(({ random }, index) => this.#members[index]?.random.setState(random));
    await this.start(rollout);
  }

  async step(rollout: Rollout, step: number): Promise<void> {
    const { environments: count, actionSize } = rollout.shape;
    await Promise.all(
      this.#members.map(async (member, index) => {
        await this.#advance(member, rollout.actions, (step * count + index) * actionSize);
      }),
    );
    this.#lockstep.step(rollout, step);
  }

  /** Waits for a step and, where that ends the episode, for the next one's beginning. */
  async #advance(member: Member, actions: Float32Array, offset: number): Promise<void> {
    const { environment, random } = member;
    await environment.advance(actions, offset, random);
    member.length += 1;
    if (!environment.terminated && !environment.truncated && member.length < this.#maxEpisodeSteps) return;
    member.length = 0;
    await environment.prepare(random);
  }
}
