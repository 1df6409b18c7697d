// Plays greedy episodes step by step, for someone watching.
import { limitEvaluationSteps } from '../../master/evaluation/evaluate-policy.ts';
import type { GreedyAgent } from '../../master/evaluation/greedy-agent.ts';
import type { Environment, EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { Random } from '../../shared/random/random.ts';

export interface PlayedStep {
  readonly environment: Environment;
  readonly action: readonly number[];
  /** Steps and rewards of the episode so far. */
  readonly steps: number;
  readonly return: number;
  readonly isLast: boolean;
}

/** The steps of one episode, as they happen. */
export function* playEpisode(
  definition: EnvironmentDefinition,
  agent: GreedyAgent,
  random: Random,
): Generator<PlayedStep, void, undefined> {
  const environment = definition.create();
  const limit = limitEvaluationSteps(definition.maxEpisodeSteps);
  environment.reset(random);
  agent.startEpisode(0);
  let total = 0;
  for (let steps = 1; ; steps += 1) {
    agent.observe(environment, 0);
    agent.chooseActions();
    total += environment.step(agent.actions, 0, random);
    const isLast = environment.terminated || steps >= limit;
    yield { environment, action: [...agent.actions], steps, return: total, isLast };
    if (isLast) return;
  }
}
