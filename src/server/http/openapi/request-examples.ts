// Bodies of requests that work when one presses "Execute" in /docs, by operation.

interface RequestExample {
  readonly summary: string;
  readonly value: unknown;
}

export const requestExamples: Readonly<Record<string, Readonly<Record<string, RequestExample>>>> = {
  createJob: {
    preset: {
      summary: 'CartPole with its preset: solved within seconds',
      value: { environment: 'CartPole-v1' },
    },
    settings: {
      summary: 'CartPole with settings of your own',
      value: {
        environment: 'CartPole-v1',
        algorithm: 'a2c',
        seed: 7,
        workers: 2,
        network: { shared: true, layers: [{ type: 'dense', units: 64, activation: 'tanh' }] },
        stop: { maxSteps: 300_000 },
      },
    },
    continuous: {
      summary: 'A continuous action: Pendulum with PPO',
      value: { environment: 'Pendulum-v1', algorithm: 'ppo' },
    },
  },
  resumeJob: {
    limits: {
      summary: 'Larger limits for a job that has reached its own; no target',
      value: { stop: { maxSteps: 2_000_000, targetReward: null } },
    },
  },
  changeJob: {
    label: { summary: 'Another name', value: { name: 'second try' } },
    settings: {
      summary: 'Settings of a job that trains',
      value: { entropyCoefficient: 0, optimizer: { learningRate: 0.0005 } },
    },
  },
  chooseActions: {
    one: {
      summary: 'One observation of CartPole',
      value: { observations: [[0.01, -0.02, 0.03, 0.04]] },
    },
    drawn: {
      summary: 'Drawn actions for two observations of CartPole, the same each time',
      value: {
        observations: [
          [0.01, -0.02, 0.03, 0.04],
          [0.4, 0.9, -0.1, -0.8],
        ],
        deterministic: false,
        seed: 7,
      },
    },
  },
  createEvaluation: {
    episodes: { summary: 'Twenty fresh episodes of the best model', value: { episodes: 20, seed: 1 } },
  },
  createExperiment: {
    seeds: {
      summary: 'Two algorithms on CartPole, three seeds each',
      value: {
        job: { environment: 'CartPole-v1' },
        seeds: 3,
        variations: [{ algorithm: 'a3c' }, { algorithm: 'ppo' }],
      },
    },
  },
  createTuning: {
    search: {
      summary: 'Nine settings for CartPole',
      value: { job: { environment: 'CartPole-v1' }, trials: 9, seeds: 1 },
    },
  },
  signIn: {
    token: { summary: 'The token of the server', value: { token: 'the A3C_TOKEN of this server' } },
  },
};

/** The form that a job with its model comes in, beside the job alone as JSON. */
export const jobFormContent = {
  schema: {
    type: 'object',
    properties: {
      job: {
        type: 'string',
        description: 'The job, as JSON',
        contentMediaType: 'application/json',
        examples: ['{"environment": "CartPole-v1"}'],
      },
      model: {
        type: 'string',
        format: 'binary',
        description:
          'Zip archive of the model that the job starts from: best.zip of a server, or model.json and its weights of TensorFlow.js or Keras',
      },
    },
    required: ['job', 'model'],
  },
};
