// Greedy evaluation: whole episodes with a policy's most probable actions, in separate environments.
import type { EnvironmentBatch } from '../../shared/environments/environment-batch.ts';
import { limitEpisodeSteps, type EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { openBatch } from '../../shared/environments/open-batch.ts';
import type { EvaluationResult } from '../../shared/job/job.ts';
import { Random } from '../../shared/random/random.ts';
import { CONTINUES, INTERRUPTED } from '../../shared/returns/generalized-advantage.ts';
import type { EpisodeOutcomes } from './episode-outcomes.ts';
import { GreedyAgent, type GreedyAgentOptions } from '../../shared/agents/greedy-agent.ts';

export interface EvaluationOptions extends Omit<GreedyAgentOptions, 'rows'> {
  readonly episodes: number;
  readonly randomState: readonly number[];
}

/**
 * Plays `episodes` episodes, each in its own environment with its own random stream: side by side, or one after the other
 * if there are few worlds.
 */
export async function evaluatePolicy(options: EvaluationOptions): Promise<EpisodeOutcomes> {
  const { definition, episodes } = options;
  const seed = Random.fromState(options.randomState);
  const randoms = Array.from({ length: episodes }, (_, row) => seed.split(row));
  const rows = definition.hasFewWorlds === true ? 1 : episodes;
  const agent = new GreedyAgent({ ...options, rows });
  const outcomes: EpisodeOutcomes = { returns: [], lengths: [] };
  for (let first = 0; first < episodes; first += rows) {
    const batch = await openBatch(definition, { randoms: randoms.slice(first, first + rows) });
    if (first > 0) agent.startEpisode(0);
    try {
      const { returns, lengths } = await playBatch(batch, agent, definition);
      outcomes.returns.push(...returns);
      outcomes.lengths.push(...lengths);
    } finally {
      await batch.close();
    }
  }
  return outcomes;
}

async function playBatch(
  batch: EnvironmentBatch,
  agent: GreedyAgent,
  definition: EnvironmentDefinition,
): Promise<EpisodeOutcomes> {
  const limit = limitEpisodeSteps(definition);
  const returns = Array<number>(batch.size).fill(0);
  const lengths = Array<number>(batch.size).fill(0);
  let playing = Array.from({ length: batch.size }, (_, world) => world);
  await batch.start();
  while (playing.length > 0) {
    agent.observe(batch);
    agent.chooseActions();
    const stepped = batch.step(agent.actions, 0);
    if (stepped !== undefined) await stepped;
    playing = playing.filter((world) => {
      if (batch.ends[world] === INTERRUPTED) {
        // The next episode, which has begun, takes the place of this one.
        returns[world] = 0;
        lengths[world] = 0;
        agent.startEpisode(world);
        return true;
      }
      returns[world] = (returns[world] ?? 0) + (batch.rewards[world] ?? 0);
      lengths[world] = (lengths[world] ?? 0) + 1;
      const goesOn = batch.ends[world] === CONTINUES && (lengths[world] ?? 0) < limit;
      if (!goesOn) batch.retire?.(world);
      return goesOn;
    });
  }
  return { returns, lengths };
}

/** Computes mean, spread and extremes of returns; `steps` is the number of training steps of the policy. */
export function summarizeReturns(returns: readonly number[], steps: number): EvaluationResult {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  return {
    mean,
    standardDeviation: Math.sqrt(variance),
    min: Math.min(...returns),
    max: Math.max(...returns),
    episodes: returns.length,
    steps,
  };
}
