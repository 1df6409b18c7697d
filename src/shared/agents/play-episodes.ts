// Whole episodes of a policy, side by side, each in its own environment with its own random stream.
import type { EnvironmentBatch } from '../environments/environment-batch.ts';
import { limitEpisodeSteps, type EnvironmentDefinition } from '../environments/environment.ts';
import { openBatch } from '../environments/open-batch.ts';
import type { Random } from '../random/random.ts';
import { CONTINUES, INTERRUPTED } from '../returns/generalized-advantage.ts';
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

/** Plays one episode for each of `randoms`: side by side, or one after the other if there are few worlds. */
export async function playEpisodes(options: EpisodesOptions): Promise<PlayedEpisodes> {
  const { definition, randoms } = options;
  const rows = definition.hasFewWorlds === true ? 1 : randoms.length;
  const played: PlayedEpisodes = { returns: [], lengths: [] };
  let agent: PolicyAgent | null = null;
  for (let first = 0; first < randoms.length; first += rows) {
    const batch = await openBatch(definition, { randoms: randoms.slice(first, first + rows) });
    try {
      if (agent === null) agent = new PolicyAgent({ ...options, rows });
      else agent.startEpisode(0);
      const { returns, lengths } = await playBatch(batch, agent, options);
      played.returns.push(...returns);
      played.lengths.push(...lengths);
    } finally {
      await batch.close();
    }
  }
  return played;
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
