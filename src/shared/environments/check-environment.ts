// Check of an environment with random actions, to find mistakes before training.
import { Random } from '../random/random.ts';
import { countMaskElements, flatSize, listChoices, type ActionSpace } from '../spaces/space.ts';
import { CONTINUES } from '../returns/generalized-advantage.ts';
import type { EnvironmentBatch, WorldState } from './environment-batch.ts';
import type { EnvironmentDefinition } from './environment.ts';
import { openBatch } from './open-batch.ts';

export interface Check {
  /** What should hold, e.g. "gives the same episodes for the same seed". */
  readonly name: string;
  /** Null if it holds. */
  readonly problem: string | null;
}

export interface CheckReport {
  readonly checks: readonly Check[];
  /** Number of steps played. */
  readonly steps: number;
}

const STEPS_PER_RUN = 1_000;
/** Without a time limit, random actions should end some episode within this many steps. */
const MAX_STEPS_WITHOUT_END = 10_000;
const SEED = 1;

interface Visit {
  readonly observation: readonly number[];
  readonly reward: number;
  readonly hasEnded: boolean;
}

/** Runs all checks. If a check throws, the error is its problem, and no further checks run. */
export async function checkEnvironment(definition: EnvironmentDefinition): Promise<CheckReport> {
  const checks: Check[] = [];
  let steps = 0;
  const play = async (seed: number): Promise<Visit[]> => {
    const visits = await playFromSeed(definition, seed);
    steps += visits.length;
    return visits;
  };
  const check = async (name: string, find: () => Promise<string | null>): Promise<boolean> => {
    const problem = await find().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    checks.push({ name, problem });
    return problem === null;
  };
  let first: Visit[] = [];
  const masks = definition.hasActionMask ? ', always with an allowed action' : '';
  const isPlayable = await check(`resets, steps and resets again after an end${masks}`, async () => {
    first = await play(SEED);
    return null;
  });
  if (!isPlayable) return { checks, steps };
  await check('returns finite observations within its space', async () => findOutside(definition, first));
  await check('returns finite rewards', async () => findNonFiniteReward(first));
  await check('ends its episodes, or has a time limit', async () => findEndlessness(definition, first));
  const isReproducible = await check('gives the same episodes for the same seed', async () =>
    findDifference(first, await play(SEED)),
  );
  if (isReproducible) {
    await check('keeps its worlds apart', async () => {
      const visits = await playBesideAnother(definition);
      steps += 2 * visits.length;
      return findSharing(first, visits);
    });
  }
  if (await keepsState(definition)) {
    await check('continues from its state in another instance', async () => await findStateLoss(definition));
  }
  return { checks, steps };
}

/** `beforeStep` is called before each step. */
async function playFromSeed(
  definition: EnvironmentDefinition,
  seed: number,
  beforeStep: () => Promise<unknown> = async () => undefined,
): Promise<Visit[]> {
  const random = Random.fromSeed(seed);
  return await withWorld(definition, random, async (world) => {
    await world.batch.start();
    const isLimited = definition.maxEpisodeSteps !== null;
    const visits: Visit[] = [];
    const hasPlayedEnough = (): boolean =>
      visits.length >=
      (isLimited || visits.some(({ hasEnded }) => hasEnded) ? STEPS_PER_RUN : MAX_STEPS_WITHOUT_END);
    while (!hasPlayedEnough()) {
      await beforeStep();
      visits.push(await visit(definition, world));
    }
    return visits;
  });
}

/** Plays while another world takes a step before each step. */
async function playBesideAnother(definition: EnvironmentDefinition): Promise<Visit[]> {
  return await withWorld(definition, Random.fromSeed(SEED + 1), async (other) => {
    await other.batch.start();
    return await playFromSeed(definition, SEED, () => visit(definition, other));
  });
}

/** A batch of one world, and its source of randomness. */
interface World {
  readonly batch: EnvironmentBatch;
  readonly random: Random;
}

async function withWorld<Result>(
  definition: EnvironmentDefinition,
  random: Random,
  use: (world: World) => Promise<Result>,
): Promise<Result> {
  const batch = await openBatch(definition, { randoms: [random] });
  try {
    return await use({ batch, random });
  } finally {
    await batch.close();
  }
}

/** Takes one step with a random action and records the result. */
async function visit(definition: EnvironmentDefinition, { batch, random }: World): Promise<Visit> {
  await batch.step(drawAction(definition, batch, random), 0);
  const hasEnded = batch.ends[0] !== CONTINUES;
  const observation = hasEnded ? [...batch.finalObservations] : observe(definition, batch);
  return { observation, reward: batch.rewards[0] ?? Number.NaN, hasEnded };
}

function observe({ observationSpace }: EnvironmentDefinition, batch: EnvironmentBatch): number[] {
  const row = new Float32Array(flatSize(observationSpace));
  batch.observe(row, 0);
  return [...row];
}

/** Draws uniformly: an allowed alternative of each choice, or a point of the box. */
function drawAction(
  { actionSpace }: EnvironmentDefinition,
  batch: EnvironmentBatch,
  random: Random,
): Float32Array {
  if (actionSpace.type === 'box') return drawPoint(actionSpace, random);
  const mask = new Float32Array(countMaskElements(actionSpace)).fill(1);
  batch.writeActionMasks?.(mask, 0);
  let offset = 0;
  return Float32Array.from(listChoices(actionSpace), (count) => {
    const allowed = [...mask.subarray(offset, offset + count).entries()].filter(([, flag]) => flag === 1);
    offset += count;
    const drawn = allowed[random.nextInteger(allowed.length)];
    if (drawn === undefined) throw new RangeError('its mask allows no action');
    return drawn[0];
  });
}

function drawPoint({ low, high }: Extract<ActionSpace, { type: 'box' }>, random: Random): Float32Array {
  return Float32Array.from(low, (bound, index) =>
    random.nextUniform(Math.max(bound, -1e3), Math.min(high[index]!, 1e3)),
  );
}

function findOutside({ observationSpace }: EnvironmentDefinition, visits: readonly Visit[]): string | null {
  const { low, high } = observationSpace;
  for (const [step, { observation }] of visits.entries()) {
    const index = observation.findIndex((value, element) => {
      const isInside = value >= Math.fround(low[element]!) && value <= Math.fround(high[element]!);
      return !isInside || !Number.isFinite(value);
    });
    if (index >= 0) {
      return `element ${index} is ${observation[index]} after step ${step + 1}; its bounds are ${low[index]} and ${high[index]}`;
    }
  }
  return null;
}

function findNonFiniteReward(visits: readonly Visit[]): string | null {
  const step = visits.findIndex(({ reward }) => !Number.isFinite(reward));
  return step < 0 ? null : `the reward of step ${step + 1} is ${visits[step]!.reward}`;
}

function findEndlessness(
  { maxEpisodeSteps }: EnvironmentDefinition,
  visits: readonly Visit[],
): string | null {
  if (maxEpisodeSteps !== null || visits.some(({ hasEnded }) => hasEnded)) return null;
  return `no episode ended in ${visits.length} steps with random actions; set maxEpisodeSteps`;
}

function findDifference(first: readonly Visit[], second: readonly Visit[]): string | null {
  const step = first.findIndex((visit, index) => JSON.stringify(visit) !== JSON.stringify(second[index]));
  if (step < 0 && first.length === second.length) return null;
  return `two runs with the same seed differ from step ${step + 1} on; use only the \`random\` argument of reset and step, not Math.random`;
}

function findSharing(alone: readonly Visit[], beside: readonly Visit[]): string | null {
  const step = alone.findIndex((visit, index) => JSON.stringify(visit) !== JSON.stringify(beside[index]));
  if (step < 0 && alone.length === beside.length) return null;
  return `step ${step + 1} differs while a second world plays; keep the variables of a world inside create()`;
}

async function keepsState(definition: EnvironmentDefinition): Promise<boolean> {
  return await withWorld(definition, Random.fromSeed(SEED), async ({ batch }) => batch.keepsStates);
}

/** Continues an episode in another instance, which must behave like the original. */
async function findStateLoss(definition: EnvironmentDefinition): Promise<string | null> {
  return await withWorld(definition, Random.fromSeed(SEED), async (original) => {
    await original.batch.start();
    const first = await visit(definition, original);
    const state = original.batch.getStates()[0] ?? null;
    const random = Random.fromState(original.random.getState());
    return await withWorld(definition, random, async (copy) => {
      const kept: WorldState = { state, episodeLength: first.hasEnded ? 0 : 1 };
      await copy.batch.start([kept]);
      return await findDivergence(definition, original, copy);
    });
  });
}

async function findDivergence(
  definition: EnvironmentDefinition,
  original: World,
  copy: World,
): Promise<string | null> {
  for (let step = 1; step <= STEPS_PER_RUN; step += 1) {
    if (observe(definition, copy.batch).join() !== observe(definition, original.batch).join())
      return `${step - 1} steps after setState() its observation differs from the original`;
    const expected = await visit(definition, original);
    const actual = await visit(definition, copy);
    if (expected.reward !== actual.reward)
      return `${step} steps after setState() its reward differs from the original`;
    // The next episode may depend on more than the state contains.
    if (expected.hasEnded) return null;
  }
  return null;
}
