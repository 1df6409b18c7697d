// The actor: the one page where A3C happens. Sync, roll out, learn, and again.
import type { GradientBufferShape } from '../shared/protocol/gradient-buffer.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import type { GradientChannel } from '../shared/transport/gradient-channel.ts';
import type { Algorithm } from './algorithms/algorithm.ts';
import { ChannelExchange } from './channel-exchange.ts';
import type { LockstepEnvironments } from './lockstep-environments.ts';

export interface ActorOptions {
  readonly algorithm: Algorithm;
  readonly environments: LockstepEnvironments;
  readonly channel: GradientChannel;
  readonly shape: GradientBufferShape;
  /** Whether workers learn in rounds: each gradient waits for the others and is applied as their mean. */
  readonly isSynchronous: boolean;
  /** Where an earlier worker stood between two rollouts; null begins new episodes. */
  readonly initialState: WorkerState | null;
}

/** Runs until the channel is stopped. Nothing inside the step loop allocates or returns to the event loop. */
export async function runActor(options: ActorOptions): Promise<void> {
  const { algorithm, environments, channel, initialState } = options;
  const { rollout } = algorithm;
  const exchange = new ChannelExchange(options);
  if (initialState === null) environments.start(rollout);
  else {
    algorithm.setState(initialState.algorithm);
    environments.resume(rollout, initialState.environments);
  }
  while (!channel.isStopped) {
    const areParametersNew = exchange.receive();
    if (channel.isStateWanted(exchange.version)) {
      channel.sendState({ environments: environments.getState(), algorithm: algorithm.getState() });
    }
    exchange.beginRollout();
    algorithm.beginRollout(areParametersNew, channel.progress);
    for (let step = 0; !rollout.isComplete; step += 1) {
      algorithm.chooseActions(step);
      environments.step(rollout, step);
    }
    const learned = algorithm.learn(exchange);
    if (!(learned instanceof Promise ? await learned : learned)) return;
    rollout.restart();
  }
}
