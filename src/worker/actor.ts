// The actor: the one page where A3C happens. Sync, roll out, compute a gradient, send it, and again.
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
import type { LockstepEnvironments } from './lockstep-environments.ts';

export interface ActorOptions {
  readonly algorithm: Algorithm;
  readonly environments: LockstepEnvironments;
  readonly channel: GradientChannel;
  readonly shape: GradientBufferShape;
  /** a2c: wait for the master to apply this round before the next begins. */
  readonly isSynchronous: boolean;
  /** Where an earlier worker stood between two rollouts; null begins new episodes. */
  readonly initialState: WorkerState | null;
}

const NO_VERSION = -1;

/** Runs until the channel is stopped. Nothing inside the step loop allocates or returns to the event loop. */
export function runActor(options: ActorOptions): void {
  const { algorithm, environments, channel, shape, isSynchronous, initialState } = options;
  const { rollout, gradient, moments } = algorithm;
  let version = NO_VERSION;
  if (initialState === null) environments.start(rollout);
  else {
    algorithm.setState(initialState.algorithm);
    environments.resume(rollout, initialState.environments);
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
      environments.step(rollout, step);
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
