// Greedy evaluation: whole episodes of a policy's most probable actions, in environments of their own.
import type { Environment } from '../../shared/environments/environment.ts';
import { chooseCreation, SettledEnvironment } from '../../shared/environments/settled-environment.ts';
import type { EvaluationResult } from '../../shared/job/job.ts';
import { Random } from '../../shared/random/random.ts';
import type { EpisodeOutcomes } from './episode-outcomes.ts';
import { GreedyAgent, type GreedyAgentOptions } from './greedy-agent.ts';

/** Environments without a time limit end after this many steps, so that a perfect policy ends at all. */
const UNLIMITED_EPISODE_STEPS = 10_000;

export interface EvaluationOptions extends Omit<GreedyAgentOptions, 'rows'> {
  readonly episodes: number;
  readonly randomState: readonly number[];
}

/** The longest an evaluation episode may be. */
export function limitEvaluationSteps(maxEpisodeSteps: number | null): number {
  return maxEpisodeSteps ?? UNLIMITED_EPISODE_STEPS;
}

/** Plays `episodes` episodes side by side, each in its own environment with its own random stream. */
export async function evaluatePolicy(options: EvaluationOptions): Promise<EpisodeOutcomes> {
  const { definition, episodes } = options;
  const agent = new GreedyAgent({ ...options, rows: episodes });
  const seed = Random.fromState(options.randomState);
  const limit = limitEvaluationSteps(definition.maxEpisodeSteps);
  const returns = Array<number>(episodes).fill(0);
  const lengths = Array<number>(episodes).fill(0);
  const create = chooseCreation(definition);
  let active = Array.from({ length: episodes }, (_, row) => ({
    row,
    environment: create(),
    random: seed.split(row),
  }));
  await settle(active, (environment, { random }) => environment.prepare(random));
  for (const { environment, random } of active) environment.reset(random);
  while (active.length > 0) {
    for (const { environment, row } of active) agent.observe(environment, row);
    agent.chooseActions();
    await settle(active, (environment, { row, random }) =>
      environment.advance(agent.actions, row * agent.actionSize, random),
    );
    active = active.filter(({ environment, row, random }) => {
      const reward = environment.step(agent.actions, row * agent.actionSize, random);
      returns[row] = (returns[row] ?? 0) + reward;
      lengths[row] = (lengths[row] ?? 0) + 1;
      const hasEnded = environment.terminated || environment.truncated === true;
      return !hasEnded && (lengths[row] ?? 0) < limit;
    });
  }
  return { returns, lengths };
}

interface Player {
  readonly row: number;
  readonly environment: Environment;
  readonly random: Random;
}

/** Waits for those environments that take their time, all at once. */
async function settle(
  players: readonly Player[],
  wait: (environment: SettledEnvironment, player: Player) => Promise<void>,
): Promise<void> {
  if (!(players[0]?.environment instanceof SettledEnvironment)) return;
  await Promise.all(
    players.map(async (player) => {
      if (player.environment instanceof SettledEnvironment) await wait(player.environment, player);
    }),
  );
}

/** Mean, spread and extremes of returns; `steps` says how long the policy had been trained. */
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
