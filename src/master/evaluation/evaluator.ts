// Evaluator: schedules evaluations of the greedy policy so that they take at most a tenth of the compute, and keeps the
// best parameters.
import type { EngineChoice } from '../../shared/engines/engine-choice.ts';
import { limitEpisodeSteps, type EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { z } from 'zod';
import { toError } from '../../shared/errors/error-record.ts';
import { evaluationResultSchema } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { NetworkShape } from '../../shared/network/parameter-layout.ts';
import type { Random } from '../../shared/random/random.ts';
import type { EpisodeOutcomes } from './episode-outcomes.ts';
import { summarizeReturns } from '../../shared/job/summarize-returns.ts';
import type { EvaluationAssignment } from './evaluation-task.ts';

/**
 * Minimum number of training steps for each evaluation step. An evaluation step has no gradient and costs less than
 * half of a training step, so evaluations stay below a tenth of the compute, by a rule that does not depend on time.
 * Confirmations come on top, where a job asks for them.
 */
const TRAINING_STEPS_PER_EVALUATION_STEP = 5;

/** Parameters with their evaluation. */
export const scoredParametersSchema = z.object({
  parameters: z.instanceof(Float32Array),
  evaluation: evaluationResultSchema,
  updates: z.int(),
});
export type ScoredParameters = z.infer<typeof scoredParametersSchema>;

/** An evaluation without a result yet. */
const pendingEvaluationSchema = z.object({
  parameters: z.instanceof(Float32Array),
  /** Index of its random stream. */
  index: z.int(),
  steps: z.int(),
  updates: z.int(),
});
type PendingEvaluation = z.infer<typeof pendingEvaluationSchema>;

export const evaluatorStateSchema = z.object({
  nextAtSteps: z.number(),
  count: z.int(),
  best: scoredParametersSchema.nullable(),
  pending: z.array(pendingEvaluationSchema),
});
export type EvaluatorState = z.infer<typeof evaluatorStateSchema>;

export interface EvaluatorOptions {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  readonly engine: EngineChoice;
  readonly random: Random;
  /** Plays the episodes of an evaluation. */
  readonly play: (assignment: EvaluationAssignment) => Promise<EpisodeOutcomes>;
  readonly onEvaluation: (scored: ScoredParameters, isBest: boolean) => void;
  /** Called when an evaluation fails; no further evaluations follow. */
  readonly onFailure: (error: Error) => void;
}

export class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #interval: number;
  #nextAtSteps: number;
  #newestUpdates: number | null = null;
  #count = 0;
  #best: ScoredParameters | null = null;
  readonly #pending = new Set<PendingEvaluation>();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: EvaluatorOptions) {
    const { spec, definition } = options;
    const { episodes, everySteps } = spec.evaluation;
    const longest = episodes * limitEpisodeSteps(definition);
    this.#options = options;
    this.#interval = Math.max(everySteps, TRAINING_STEPS_PER_EVALUATION_STEP * longest);
    this.#nextAtSteps = this.#interval;
  }

  /** The parameters with the highest evaluation mean; the newest of equals. */
  get best(): ScoredParameters | null {
    return this.#best;
  }

  /**
   * Number of updates before the newest evaluated parameters, since the run started or was resumed; null before the
   * first evaluation.
   */
  get newestUpdates(): number | null {
    return this.#newestUpdates;
  }

  isDue(steps: number): boolean {
    return steps >= this.#nextAtSteps;
  }

  /** Queues an evaluation of `parameters`. The evaluator owns them from now on. */
  evaluate(
    parameters: Float32Array<ArrayBuffer>,
    { steps, updates }: { steps: number; updates: number },
  ): void {
    while (this.#nextAtSteps <= steps) this.#nextAtSteps += this.#interval;
    this.#newestUpdates = updates;
    this.#enqueue({ parameters, index: this.#count, steps, updates });
    this.#count += 1;
  }

  /** Copies the state from which the evaluator is resumed. Unfinished evaluations are part of it. */
  getState(): EvaluatorState {
    return {
      nextAtSteps: this.#nextAtSteps,
      count: this.#count,
      best: this.#best,
      pending: [...this.#pending],
    };
  }

  setState({ nextAtSteps, count, best, pending }: EvaluatorState): void {
    this.#nextAtSteps = nextAtSteps;
    this.#count = count;
    this.#best = best;
    for (const evaluation of pending) this.#enqueue(evaluation);
  }

  /** Waits for all evaluations; rejects if one failed. */
  async finish(): Promise<void> {
    await this.#queue;
  }

  #enqueue(evaluation: PendingEvaluation): void {
    const { parameters, index, steps, updates } = evaluation;
    this.#pending.add(evaluation);
    this.#queue = this.#queue.then(async () => {
      const returns = await this.#playAll(parameters, this.#options.random.split(index));
      this.#pending.delete(evaluation);
      this.#score({ parameters, updates, evaluation: summarizeReturns(returns, steps) });
    });
    this.#queue.catch((error: unknown) => {
      this.#options.onFailure(toError(error));
    });
  }

  /** Plays an evaluation, and its confirmation if the parameters would be the best without one. */
  async #playAll(parameters: Float32Array, random: Random): Promise<number[]> {
    const { episodes, confirmationEpisodes } = this.#options.spec.evaluation;
    const returns = await this.#play(parameters, { episodes, random });
    if (confirmationEpisodes === 0 || !this.#wouldBeBest(summarizeReturns(returns, 0).mean)) return returns;
    // The first `episodes` splits are those of the episodes before.
    const further = { episodes: confirmationEpisodes, random: random.split(episodes) };
    return [...returns, ...(await this.#play(parameters, further))];
  }

  async #play(
    parameters: Float32Array,
    { episodes, random }: { episodes: number; random: Random },
  ): Promise<number[]> {
    const { spec, definition, network, engine, play } = this.#options;
    const { returns } = await play({
      environment: spec.environment,
      environmentOrigin: definition.origin ?? null,
      wrappers: spec.wrappers,
      timeoutSeconds: spec.environmentTimeoutSeconds,
      network,
      engine,
      policy: spec.policy,
      parameters,
      episodes,
      randomState: random.getState(),
    });
    return returns;
  }

  #score(scored: ScoredParameters): void {
    const isBest = this.#wouldBeBest(scored.evaluation.mean);
    if (isBest) this.#best = scored;
    this.#options.onEvaluation(scored, isBest);
  }

  #wouldBeBest(mean: number): boolean {
    return this.#best === null || mean >= this.#best.evaluation.mean;
  }
}
