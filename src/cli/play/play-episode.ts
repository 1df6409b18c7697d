// Plays greedy episodes step by step, for someone watching.
import { limitEvaluationSteps } from '../../master/evaluation/evaluate-policy.ts';
import type { GreedyAgent } from '../../master/evaluation/greedy-agent.ts';
import type { Environment, EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { chooseCreation, SettledEnvironment } from '../../shared/environments/settled-environment.ts';
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
export async function* playEpisode(
  definition: EnvironmentDefinition,
  agent: GreedyAgent,
  random: Random,
): AsyncGenerator<PlayedStep, void, undefined> {
  const environment = chooseCreation(definition)();
  const limit = limitEvaluationSteps(definition.maxEpisodeSteps);
  if (environment instanceof SettledEnvironment) await environment.prepare(random);
  environment.reset(random);
  agent.startEpisode(0);
  let total = 0;
  for (let steps = 1; ; steps += 1) {
    agent.observe(environment, 0);
    agent.chooseActions();
    if (environment instanceof SettledEnvironment) await environment.advance(agent.actions, 0, random);
    total += environment.step(agent.actions, 0, random);
    const isLast = environment.terminated || environment.truncated === true || steps >= limit;
    yield { environment, action: [...agent.actions], steps, return: total, isLast };
    if (isLast) return;
  }
}
