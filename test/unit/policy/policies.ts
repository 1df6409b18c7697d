// Every built-in environment with its preset, and every kind of policy and network.
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { defineEnvironment } from '../../../src/shared/environments/custom/define-environment.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';

export interface PolicyCase {
  readonly what: string;
  readonly definition: EnvironmentDefinition;
  readonly request: Omit<JobRequest, 'environment'>;
}

/** Two choices, of which each step forbids one alternative. */
export const maskedChoices = defineEnvironment({
  id: 'MaskedChoices-v0',
  observationSpace: { type: 'box', shape: [3] },
  actionSpace: { type: 'multiDiscrete', n: [3, 2] },
  maxEpisodeSteps: 20,
  hasActionMask: true,
  create: () => {
    let mask = [1, 1, 1, 1, 1];
    return {
      reset: () => [0, 0.5, -0.5],
      step: ([first = 0, second = 0], random) => {
        const forbidden = random.nextInteger(3);
        mask = [0, 1, 2]
          .map((index) => Number(index !== forbidden))
          .concat(random.nextInteger(2) ? [1, 0] : [1, 1]);
        const observation = [random.nextNormal(), first, second];
        return { observation, reward: first - second, terminated: false };
      },
      actionMask: () => mask,
    };
  },
});

function find(id: string): EnvironmentDefinition {
  const definition = builtInEnvironments.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`there is no ${id}`);
  return definition;
}

const pendulum = find('Pendulum-v1');
const layers = [{ type: 'dense' as const, units: 9, activation: 'tanh' as const }];
const network = { shared: false, layers };
const ddpg = { algorithm: 'ddpg', network } as const;

export const policyCases: readonly PolicyCase[] = [
  ...builtInEnvironments.map((definition) => ({
    what: `${definition.id} with its preset`,
    definition,
    request: {},
  })),
  { what: 'several choices with a mask', definition: maskedChoices, request: { network } },
  ...(['gaussian', 'gaussianStateDependent', 'gsde'] as const).map((type) => ({
    what: `a ${type} policy`,
    definition: pendulum,
    request: { algorithm: 'a3c' as const, network, policy: { type } },
  })),
  ...(['linear', 'tanh'] as const).map((outputActivation) => ({
    what: `a deterministic policy with ${outputActivation} outputs`,
    definition: pendulum,
    request: { ...ddpg, policy: { type: 'deterministic' as const, outputActivation } },
  })),
  {
    what: 'observations and rewards that are normalized, one trunk',
    definition: find('CartPole-v1'),
    request: {
      normalizeObservations: true,
      normalizeRewards: true,
      network: { shared: true, layers },
    },
  },
  {
    what: 'two LSTM layers',
    definition: find('CartPolePositions-v0'),
    request: {
      network: {
        shared: false,
        layers: [
          { type: 'lstm', units: 5 },
          { type: 'lstm', units: 3 },
        ],
      },
    },
  },
  { what: 'no critic', definition: find('CartPole-v1'), request: { algorithm: 'reinforce', network } },
];
