// The actor's loop (actor.ts) for environments that take their time. It differs in one word: it waits for each step.
import {
  viewEpisodes,
  viewGradient,
  viewMoments,
  writeGradientHeader,
  type GradientBufferShape,
} from '../shared/protocol/gradient-buffer.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import type { GradientChannel } from '../shared/transport/gradient-channel.ts';
import type { Algorithm } from './algorithms/algorithm.ts';
import type { AsynchronousEnvironments } from './asynchronous-environments.ts';

export interface AsynchronousActorOptions {
  readonly algorithm: Algorithm;
  readonly environments: AsynchronousEnvironments;
  readonly channel: GradientChannel;
  readonly shape: GradientBufferShape;
  readonly isSynchronous: boolean;
  readonly initialState: WorkerState | null;
}

const NO_VERSION = -1;

/** Runs until the channel is stopped. Between rollouts it blocks the thread as the other loop does: nothing is on the way then. */
export async function runAsynchronousActor(options: AsynchronousActorOptions): Promise<void> {
  const { algorithm, environments, channel, shape, isSynchronous, initialState } = options;
  const { rollout, gradient, moments } = algorithm;
  let version = NO_VERSION;
  if (initialState === null) await environments.start(rollout);
  else {
    algorithm.setState(initialState.algorithm);
    await environments.resume(rollout, initialState.environments);
  }
  while (!channel.isStopped) {
    const previousVersion = version;
    version = channel.readParameters(algorithm.parameters, previousVersion);
    if (channel.isStateWanted(version)) {
      channel.sendState({ environments: environments.getState(), algorithm: algorithm.getState() });
    }
    algorithm.beginRollout(version !== previousVersion, channel.progress);
    for (let step = 0; !rollout.isComplete; step += 1) {
      algorithm.chooseActions(step);
      await environments.step(rollout, step);
      // Steps may take seconds, and what a stopped job's rollout learns is wanted by no one.
      if (channel.isStopped) return;
    }
    const figures = algorithm.computeGradient();

    const buffer = channel.acquireBuffer();
    if (!buffer) return;
    const { actedRows: steps, episodeCount: episodes } = rollout;
    const coverage = algorithm.coverage ?? 'everything';
    writeGradientHeader(buffer, { parameterVersion: version, steps, episodes, coverage, ...figures });
    viewEpisodes(buffer, shape).set(rollout.episodes.subarray(0, 2 * episodes));
    viewMoments(buffer, shape).set(moments);
    viewGradient(buffer, shape).set(gradient);
    channel.send(buffer);
    rollout.restart();
    if (isSynchronous) channel.waitForNewerThan(version);
  }
}
