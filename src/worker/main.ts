// Entry of a worker thread: builds everything an actor needs from its task and runs it until stopped.
import { builtInEnvironments, EnvironmentRegistry } from '../shared/environments/registry.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { instantiateKernels } from '../shared/kernels/load-kernels.ts';
import { createParameterLayout } from '../shared/parameters/parameter-layout.ts';
import { ParameterBoard } from '../shared/parameters/parameter-board.ts';
import { describeNetwork } from '../shared/policy/describe-network.ts';
import { gradientBufferBytes } from '../shared/protocol/gradient-buffer.ts';
import type { WorkerTask } from '../shared/protocol/worker-task.ts';
import { Random } from '../shared/random/random.ts';
import { ControlBlock } from '../shared/transport/control-block.ts';
import { ThreadChannel } from '../shared/transport/thread-channel.ts';
import { runActor } from './actor.ts';
import { AdvantageActorCritic } from './algorithms/advantage-actor-critic.ts';
import type { Algorithm } from './algorithms/algorithm.ts';
import { DeepDeterministicPolicyGradient } from './algorithms/ddpg/deep-deterministic-policy-gradient.ts';
import { RandomBaseline } from './algorithms/random-baseline.ts';
import { LockstepEnvironments } from './lockstep-environments.ts';

const ACTION_STREAM = 0;
const ENVIRONMENT_STREAM = 1;

/** Piscina calls the default export with the task; it returns when the job stops. */
export default function runWorker(task: WorkerTask): void {
  const { spec, workerIndex, shape } = task;
  const definition = new EnvironmentRegistry(builtInEnvironments).get(spec.environment);
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const random = Random.fromState(task.randomState);
  const channel = new ThreadChannel({
    workerIndex,
    board: new ParameterBoard(layout.size, task.board),
    control: new ControlBlock(spec.workers, task.control),
    port: task.port,
    buffers: Array.from({ length: task.buffers }, () => new ArrayBuffer(gradientBufferBytes(shape))),
  });
  try {
    runActor({
      algorithm: createAlgorithm(task, definition, random.split(ACTION_STREAM)),
      environments: new LockstepEnvironments(
        definition,
        spec.environmentsPerWorker,
        random.split(ENVIRONMENT_STREAM),
      ),
      channel,
      shape,
      isSynchronous: spec.algorithm === 'a2c',
    });
  } finally {
    task.port.close();
  }
}

function createAlgorithm(
  { spec, shape, kernels }: WorkerTask,
  definition: EnvironmentDefinition,
  random: Random,
): Algorithm {
  switch (spec.algorithm) {
    case 'a3c':
    case 'a2c':
    case 'reinforce':
    case 'actor-critic':
      return new AdvantageActorCritic({
        spec,
        definition,
        random,
        bindKernels: (memory) => instantiateKernels(kernels, memory),
      });
    case 'ddpg':
      return new DeepDeterministicPolicyGradient({
        spec,
        definition,
        random,
        bindKernels: (memory) => instantiateKernels(kernels, memory),
      });
    case 'random':
      return new RandomBaseline({ spec, definition, random, parameterCount: shape.parameters });
  }
}
