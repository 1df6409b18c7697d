// Each check finds the mistake it is for, and only that.
import { expect, it } from 'vitest';
import { checkEnvironment } from '../../../../src/shared/environments/check-environment.ts';
import type { CustomEnvironment } from '../../../../src/shared/environments/custom/custom-environment.ts';
import { defineEnvironment } from '../../../../src/shared/environments/custom/define-environment.ts';

/** A walk of random steps that ends after ten of them; what differs is given. */
function createWalk(difference: Partial<CustomEnvironment> = {}): CustomEnvironment {
  let steps = 0;
  let position = 0;
  return {
    reset() {
      steps = 0;
      position = 0;
      return position;
    },
    step(_, random) {
      steps += 1;
      position = random.nextUniform(-1, 1);
      return { observation: position, reward: position, terminated: steps === 10 };
    },
    getState: () => [steps, position],
    setState([storedSteps = 0, storedPosition = 0]) {
      steps = storedSteps;
      position = storedPosition;
    },
    ...difference,
  };
}

async function findProblems(create: () => CustomEnvironment, isAsynchronous = false): Promise<string[]> {
  const definition = defineEnvironment({
    id: 'Walk-v0',
    observationSpace: { type: 'box', shape: [1], low: -1, high: 1 },
    actionSpace: { type: 'discrete', n: 2 },
    isAsynchronous,
    create,
  });
  const { checks } = await checkEnvironment(definition);
  return checks.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
}

it('finds nothing wrong with a good environment, behind promises or not', async () => {
  expect(await findProblems(() => createWalk())).toEqual([]);
  expect(
    await findProblems(() => {
      const walk = createWalk();
      return {
        reset: async (random) => await walk.reset(random),
        step: async (action, random) => await walk.step(action, random),
      };
    }, true),
  ).toEqual([]);
});

it.each<[string, Partial<CustomEnvironment>, RegExp]>([
  [
    'an observation beyond its bounds',
    { reset: () => 0, step: () => ({ observation: 2, reward: 0, terminated: true }) },
    /^returns finite observations .*: element 0 is 2 after step 1; its bounds are -1 and 1/,
  ],
  [
    'episodes that never end',
    { step: () => ({ observation: 0, reward: 0, terminated: false }) },
    /^ends .*: no episode ended in 10000 steps/,
  ],
  [
    'randomness of its own',
    { step: () => ({ observation: 0, reward: Math.random(), terminated: true }) },
    /^gives the same .*: two runs with the same seed differ from step 1 on; .* not Math\.random/,
  ],
  [
    'code that throws',
    {
      step() {
        throw new Error('no');
      },
    },
    /^resets, steps .*: Walk-v0: step\(\) in step 1 of its episode threw Error: no/,
  ],
])('finds %s', async (_, difference, problem) => {
  const problems = await findProblems(() => createWalk(difference));
  expect(problems[0]).toMatch(problem);
});

it('finds a state that leaves something out', async () => {
  let created = 0;
  const problems = await findProblems(() => {
    created += 1;
    const step = created % 2;
    let position = step;
    return {
      reset: () => (position = 0),
      step: () => {
        position += 0.001;
        return { observation: position, reward: position, terminated: position > 0.9 };
      },
      getState: () => [0],
      setState: () => {
        position = 0.5;
      },
    };
  });
  expect(problems).toEqual([
    expect.stringMatching(/^continues from its state .*: 1 steps after setState\(\)/),
  ]);
});

it('finds worlds that share their variables', async () => {
  const walk = createWalk();
  const problems = await findProblems(() => ({
    reset: (random) => walk.reset(random),
    step: (action, random) => walk.step(action, random),
  }));
  expect(problems).toEqual([
    'keeps its worlds apart: step 5 differs while a second world plays; keep the variables of a world inside create()',
  ]);
});
