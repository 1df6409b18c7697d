// Worker's part of a job, on any host: opens the environments, creates the algorithm and runs the actor.
import type { Engine } from '../shared/engines/engine.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { openBatch } from '../shared/environments/open-batch.ts';
import type { WorkerAssignment } from '../shared/protocol/worker-task.ts';
import { Random } from '../shared/random/random.ts';
import type { GradientChannel } from '../shared/transport/gradient-channel.ts';
import { AbsenceReport } from './absence-report.ts';
import { runActor } from './actor.ts';
import { createAlgorithm } from './algorithms/create-algorithm.ts';
import { PhaseTimer } from './phase-timer.ts';
import { RolloutRecorder } from './rollout-recorder.ts';

const ACTION_STREAM = 0;
const ENVIRONMENT_STREAM = 1;

export interface WorkerContext {
  readonly engine: Engine;
  /**
   * Opens the assignment's environment, with its wrappers. `onMissing` is told how many worlds of remote environments are
   * missing, whenever that changes.
   */
  readonly openEnvironment: (onMissing: (missing: number) => void) => Promise<EnvironmentDefinition>;
  /** Opens the channel to the master; asynchronous environments must not block while they wait. */
  readonly openChannel: (definition: EnvironmentDefinition) => GradientChannel;
}

/** Resolves when the channel is stopped; rejects with the error of the environment or the engine. */
export async function runAssignment(
  assignment: WorkerAssignment,
  { engine, openEnvironment, openChannel }: WorkerContext,
): Promise<void> {
  const { spec, network, shape, isSynchronous, initialState } = assignment;
  const absence = new AbsenceReport();
  const definition = await openEnvironment((missing) => {
    absence.note(missing > 0);
  });
  const random = Random.fromState(assignment.randomState);
  const actionRandom = random.split(ACTION_STREAM);
  const algorithm = createAlgorithm({ spec, definition, network, random: actionRandom, engine });
  const environmentRandom = random.split(ENVIRONMENT_STREAM);
  const randoms = Array.from({ length: spec.environmentsPerWorker }, (_, index) =>
    environmentRandom.split(index),
  );
  const batch = await openBatch(definition, { randoms });
  try {
    const recorder = new RolloutRecorder({ batch, randoms, definition, rollout: algorithm.rollout });
    const channel = openChannel(definition);
    const timer = new PhaseTimer();
    absence.begin((isPresent) => {
      const state = { environments: recorder.getState(), algorithm: algorithm.getState() };
      channel.sendPresence?.(isPresent, isPresent ? null : state);
    });
    await runActor({ algorithm, recorder, channel, shape, isSynchronous, initialState, timer });
  } finally {
    absence.close();
    await batch.close();
  }
}
