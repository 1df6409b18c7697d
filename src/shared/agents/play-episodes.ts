// Whole episodes of a policy, side by side, each in its own environment with its own random stream.
import type { EnvironmentBatch } from '../environments/environment-batch.ts';
import { limitEpisodeSteps, type EnvironmentDefinition } from '../environments/environment.ts';
import { openBatch } from '../environments/open-batch.ts';
import type { Random } from '../random/random.ts';
import { CONTINUES } from '../returns/generalized-advantage.ts';
import { PolicyAgent, type PolicyAgentOptions } from './policy-agent.ts';

/** Returns and lengths of episodes, in order. */
export interface PlayedEpisodes {
  readonly returns: number[];
  readonly lengths: number[];
}

export interface EpisodesOptions extends Omit<PolicyAgentOptions, 'rows'> {
  /** One stream for each episode. */
  readonly randoms: readonly Random[];
  /** Called after each step of all environments. */
  readonly onStep?: () => void;
}

/** Plays one episode for each of `randoms`. */
export async function playEpisodes(options: EpisodesOptions): Promise<PlayedEpisodes> {
  const { definition, randoms } = options;
  const batch = await openBatch(definition, { randoms });
  try {
    const agent = new PolicyAgent({ ...options, rows: randoms.length });
    return await playBatch(batch, agent, options);
  } finally {
    await batch.close();
  }
}

async function playBatch(
  batch: EnvironmentBatch,
  agent: PolicyAgent,
  { definition, onStep }: { readonly definition: EnvironmentDefinition; readonly onStep?: () => void },
): Promise<PlayedEpisodes> {
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
    onStep?.();
    playing = playing.filter((world) => {
      returns[world] = (returns[world] ?? 0) + (batch.rewards[world] ?? 0);
      lengths[world] = (lengths[world] ?? 0) + 1;
      const goesOn = batch.ends[world] === CONTINUES && (lengths[world] ?? 0) < limit;
      if (!goesOn) batch.retire?.(world);
      return goesOn;
    });
  }
  return { returns, lengths };
}
