// The actor, where A3C happens: receive parameters, roll out, learn, repeat.
import type { GradientBufferShape } from '../shared/protocol/gradient-buffer.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import type { GradientChannel } from '../shared/transport/gradient-channel.ts';
import type { Algorithm } from './algorithms/algorithm.ts';
import { ChannelExchange } from './channel-exchange.ts';
import type { PhaseTimer } from './phase-timer.ts';
import type { RolloutRecorder } from './rollout-recorder.ts';

export interface ActorOptions {
  readonly algorithm: Algorithm;
  readonly recorder: RolloutRecorder;
  readonly channel: GradientChannel;
  readonly shape: GradientBufferShape;
  /** Whether workers learn in rounds: the gradients of all workers are applied together, as their mean. */
  readonly isSynchronous: boolean;
  /** A worker's state between two rollouts, to resume from; null starts new episodes. */
  readonly initialState: WorkerState | null;
  /** Measures the phases of the worker; the exchange reports when it waits. */
  readonly timer: PhaseTimer;
}

/**
 * Runs until the channel is stopped. It awaits a step only if the environments answer with promises; otherwise the step
 * loop neither allocates nor returns to the event loop.
 */
export async function runActor(options: ActorOptions): Promise<void> {
  const { algorithm, recorder, channel, initialState, timer } = options;
  const { rollout } = algorithm;
  const exchange = new ChannelExchange(options);
  if (initialState !== null) algorithm.setState(initialState.algorithm);
  await recorder.start(initialState?.environments);
  while (!channel.isStopped) {
    const isTimed = timer.beginRollout();
    const areParametersNew = exchange.receive();
    if (channel.isStateWanted(exchange.version)) {
      channel.sendState({ environments: recorder.getState(), algorithm: algorithm.getState() });
    }
    exchange.beginRollout();
    algorithm.beginRollout(areParametersNew, channel);
    for (let step = 0; !rollout.isComplete; step += 1) {
      if (isTimed) timer.enter('acting');
      algorithm.chooseActions(step);
      if (isTimed) timer.enter('stepping');
      const stepped = recorder.step(step);
      if (stepped !== undefined) {
        await stepped;
        // A step may take seconds, and a stopped job does not use the rest of the rollout.
        if (channel.isStopped) return;
      }
      recorder.record(step);
    }
    timer.enter('learning');
    const learned = algorithm.learn(exchange);
    if (!(learned instanceof Promise ? await learned : learned)) return;
    rollout.restart();
  }
}
