// The actor: the one page where A3C happens. Sync, roll out, learn, and again.
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
  /** Whether workers learn in rounds: each gradient waits for the others and is applied as their mean. */
  readonly isSynchronous: boolean;
  /** A worker's state between two rollouts, to continue from; null begins new episodes. */
  readonly initialState: WorkerState | null;
  /** Told what the worker does; the exchange tells it of waiting. */
  readonly timer: PhaseTimer;
}

/**
 * Runs until the channel is stopped. It waits only where environments answer by promises; otherwise nothing inside the
 * step loop allocates or returns to the event loop.
 */
export async function runActor(options: ActorOptions): Promise<void> {
  const { algorithm, recorder, channel, initialState, timer } = options;
  const { rollout } = algorithm;
  const exchange = new ChannelExchange(options);
  if (initialState !== null) algorithm.setState(initialState.algorithm);
  await recorder.start(initialState?.environments);
  while (!channel.isStopped) {
    timer.beginRollout();
    const areParametersNew = exchange.receive();
    if (channel.isStateWanted(exchange.version)) {
      channel.sendState({ environments: recorder.getState(), algorithm: algorithm.getState() });
    }
    exchange.beginRollout();
    algorithm.beginRollout(areParametersNew, channel.progress);
    for (let step = 0; !rollout.isComplete; step += 1) {
      timer.enter('acting');
      algorithm.chooseActions(step);
      timer.enter('stepping');
      const stepped = recorder.step(step);
      if (stepped !== undefined) {
        await stepped;
        // A step may take seconds, and a stopped job has no use for the rest of the rollout.
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
