// npm run bench:environments: steps of each built-in environment in a second of processor time, on one core, with
// random actions, and of Box2D's under hand-written rules, which keep legs on the ground.
import { builtInEnvironments, Random, type EnvironmentDefinition } from '../src/index.ts';
import type { ActionSpace } from '../src/shared/spaces/space.ts';
import { limitEpisodeSteps } from '../src/shared/environments/environment.ts';
import { flatSize } from '../src/shared/spaces/space.ts';
import {
  createLanderRule,
  createWalkerRule,
  type HandRule,
} from '../test/fixtures/environments/hand-rules.ts';
import { formatFigure, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const runs = 5;
const secondsPerRun = 0.5;

const rules: Record<string, () => HandRule> = {
  'LunarLander-v3': () => createLanderRule({ isContinuous: false }),
  'LunarLanderContinuous-v3': () => createLanderRule({ isContinuous: true }),
  'BipedalWalker-v3': createWalkerRule,
};

/** Writes a random action; numbers without bounds lie between −1 and 1. */
function drawAction(space: ActionSpace, target: Float32Array, random: Random): void {
  for (let index = 0; index < target.length; index += 1) {
    if (space.type === 'discrete') target[index] = Math.floor(random.nextFloat() * space.n);
    else if (space.type === 'multiDiscrete')
      target[index] = Math.floor(random.nextFloat() * (space.n[index] ?? 1));
    else {
      const [low = -1, high = 1] = [space.low[index], space.high[index]].map((bound, side) =>
        Number.isFinite(bound) ? bound : side * 2 - 1,
      );
      target[index] = low + random.nextFloat() * (high - low);
    }
  }
}

/** Plays episodes; returns steps for each second of processor time. */
function measure(definition: EnvironmentDefinition, createRule: (() => HandRule) | null): number {
  const environment = definition.create();
  const random = Random.fromSeed(1);
  const action = new Float32Array(flatSize(definition.actionSpace));
  const observation = new Float32Array(flatSize(definition.observationSpace));
  const startedAt = process.cpuUsage();
  let steps = 0;
  for (;;) {
    const rule = createRule?.() ?? null;
    void environment.reset(random);
    for (let step = 0; step < limitEpisodeSteps(definition) && !environment.terminated; step += 1) {
      environment.observe(observation, 0);
      if (rule === null) drawAction(definition.actionSpace, action, random);
      else action.set(rule(observation));
      void environment.step(action, 0, random);
      steps += 1;
    }
    const { user, system } = process.cpuUsage(startedAt);
    const seconds = (user + system) / 1e6;
    if (seconds > secondsPerRun) return steps / seconds;
  }
}

const width = 'LunarLanderContinuous-v3, hand rule'.length;
printTableLine(width, { measure: '', unit: 'unit' }, ['median', 'min', 'max']);
for (const definition of builtInEnvironments) {
  await definition.load?.();
  const rule = rules[definition.id];
  for (const createRule of rule === undefined ? [null] : [null, rule]) {
    // The first run warms up.
    const samples = Array.from({ length: runs + 1 }, () => measure(definition, createRule)).slice(1);
    const { median, min, max } = summarize(samples);
    const name = createRule === null ? definition.id : `${definition.id}, hand rule`;
    printTableLine(width, { measure: name, unit: 'steps/s' }, [median, min, max].map(formatFigure));
  }
}
