// Examples of each command, for its help and docs/command-line.md. Tests check that each can be run.

export interface Example {
  /** What a person types, without `npx`. */
  readonly line: string;
  readonly description: string;
}

const example = (line: string, description: string): Example => ({ line, description });

/** By the name of the command; subcommands have two words. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  serve: [
    example('a3c serve', 'http://127.0.0.1:8080, data in ./a3c-data'),
    example('a3c serve --port 9000 --environments ./my-environments', 'with environments of your own'),
    example('a3c serve --python ./gym/bin/python', 'with those of Gymnasium'),
  ],
  train: [
    example('a3c train CartPole-v1', 'with the preset; the model is in ./a3c-model'),
    example('a3c train CartPole-v1 --algorithm ppo --seed 1 --output ./ppo', 'with another algorithm'),
    example('a3c train --config settings.yaml --optimizer.learning-rate 0.001', 'from a file, with a change'),
    example('a3c train gymnasium:Taxi-v4 --python ./gym/bin/python', 'an environment of Gymnasium'),
    example('a3c train --resume ./ppo --stop.max-steps 1000000', 'goes on after its limit'),
  ],
  tune: [
    example('a3c tune CartPole-v1 --trials 16 > settings.json', 'then: a3c train --config settings.json'),
    example('a3c tune CartPole-v1 --algorithm a2c --discount 0.99', 'with what must not change'),
  ],
  play: [
    example('a3c play ./a3c-model', 'draws an episode in the terminal'),
    example('a3c play ./a3c-model --episodes 3 --seed 1 --json', 'every step as JSON'),
    example('a3c play ./a3c-model --output episode.gif', 'a film of it, to show to others'),
    example('a3c play ./a3c-model --output episode.html --force', 'a page to go through it step by step'),
  ],
  evaluate: [
    example('a3c evaluate ./a3c-model --episodes 100 --seed 1', 'the score of the best model'),
    example(
      'a3c evaluate ./a3c-model --environment gymnasium:LunarLander-v3 --python ./gym/bin/python',
      'the same policy in Gymnasium',
    ),
  ],
  export: [
    example('a3c export ./a3c-model --format onnx --output policy.onnx', 'for other runtimes'),
    example('a3c export ./a3c-model --format tfjs --output ./page/model --force', 'replaces what is there'),
  ],
  jobs: [
    example('a3c jobs', 'the newest jobs of http://127.0.0.1:8080'),
    example('a3c jobs --state running --json', 'for programs'),
  ],
  'jobs list': [example('a3c jobs list --environment CartPole-v1 --limit 5', 'the same as a3c jobs')],
  'jobs watch': [example('a3c jobs watch last', 'the newest job, drawn while it trains')],
  'jobs start': [
    example('a3c jobs start CartPole-v1 --seed 1 --watch', 'posts a job and watches it'),
    example('a3c jobs start --config settings.json', 'from a file; - reads standard input'),
  ],
  'jobs pause': [example('a3c jobs pause last', 'writes a checkpoint and stops')],
  'jobs resume': [example('a3c jobs resume last', 'continues from the checkpoint')],
  'jobs cancel': [example('a3c jobs cancel 4f2a 91bc', 'by the beginnings of their ids')],
  'jobs evaluate': [
    example('a3c jobs evaluate last --episodes 100 --seed 1', 'fresh episodes of its best model'),
    example('a3c jobs evaluate last --model latest --json', 'of its newest weights, for programs'),
  ],
  'jobs rm': [example('a3c jobs rm last --yes', 'without asking')],
  'jobs logs': [example('a3c jobs logs last', 'states, evaluations and warnings')],
  compare: [
    example('a3c compare 4f2a 91bc', 'two jobs, by the beginnings of their ids'),
    example('a3c compare ./runs/seed-1 ./runs/seed-2 --json', 'directories of a3c train'),
  ],
  experiment: [example('a3c experiment', 'the experiments and tunings of http://127.0.0.1:8080')],
  'experiment start': [
    example('a3c experiment start CartPole-v1 --seeds 3 --vary discount=0.98,0.99', 'two variations'),
    example('a3c experiment start --config settings.json --experiment-name baseline', 'five seeds'),
  ],
  'experiment show': [example('a3c experiment show last --watch', 'scores and curves, until it is finished')],
  'experiment cancel': [example('a3c experiment cancel baseline', 'by its name')],
  'experiment rm': [example('a3c experiment rm last --yes', 'with its jobs and their models')],
  open: [example('a3c open', 'the dashboard'), example('a3c open last', 'the page of the newest job')],
  environments: [
    example('a3c environments', 'those that come with it'),
    example('a3c environments --environments ./my-environments --json', 'with your own'),
  ],
  'check-environment': [example('a3c check-environment ./corridor.ts', 'exits with 1 if something is wrong')],
  presets: [
    example('a3c presets', 'all tuned settings'),
    example('a3c presets CartPole-v1 > settings.json', 'every setting, for --config'),
    example('a3c presets Pendulum-v1 --algorithm ppo', 'those of one algorithm'),
  ],
  trainer: [
    example('a3c trainer --nats nats://10.0.0.5:4222', 'as many jobs as this machine has cores for'),
    example('a3c trainer --environments ./my-environments', 'the address is in A3C_NATS'),
  ],
  worker: [
    example('a3c worker --nats nats://10.0.0.5:4222', 'for any job, with a worker on each core'),
    example('a3c worker --slots 2 --environments ./my-environments', 'the address is in A3C_NATS'),
  ],
  doctor: [example('a3c doctor', 'exits with 1 if the server cannot run here')],
  setup: [example('a3c setup tfjs-node', "builds TensorFlow.js's native backend")],
  completion: [
    example('a3c completion bash', "echo 'source <(a3c completion bash)' >> ~/.bashrc"),
    example('a3c completion zsh', "echo 'source <(a3c completion zsh)' >> ~/.zshrc"),
    example('a3c completion fish', 'a3c completion fish > ~/.config/fish/completions/a3c.fish'),
  ],
};
