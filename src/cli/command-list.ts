// The commands of a3c, in the order of the help.
import type { DefineCommand } from './command-context.ts';

export interface CommandEntry {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** Loads the chosen command only: `a3c play` should not wait until a web server is imported. */
  readonly load: () => Promise<DefineCommand>;
}

const groups = {
  training: 'Training, in this process:',
  server: 'A server and its jobs:',
  catalogue: 'Environments and settings:',
  machine: 'This machine:',
} as const;

export const commandList: readonly CommandEntry[] = [
  {
    name: 'train',
    group: groups.training,
    summary: 'Train in this process, without a server',
    load: async () => (await import('./commands/train.ts')).defineTrain,
  },
  {
    name: 'tune',
    group: groups.training,
    summary: 'Search for better settings for an environment',
    load: async () => (await import('./commands/tune.ts')).defineTune,
  },
  {
    name: 'play',
    group: groups.training,
    summary: 'Show a trained model playing, in the terminal or as a GIF or a page',
    load: async () => (await import('./commands/play.ts')).definePlay,
  },
  {
    name: 'evaluate',
    group: groups.training,
    summary: 'Score a trained model over fresh greedy episodes',
    load: async () => (await import('./commands/evaluate.ts')).defineEvaluate,
  },
  {
    name: 'export',
    group: groups.training,
    summary: 'Write a trained model as ONNX, safetensors, TensorFlow.js files or a zip',
    load: async () => (await import('./commands/export.ts')).defineExport,
  },
  {
    name: 'serve',
    group: groups.server,
    summary: 'Start the training server and its dashboard',
    load: async () => (await import('./commands/serve.ts')).defineServe,
  },
  {
    name: 'jobs',
    group: groups.server,
    summary: 'List, watch, start, pause, cancel and delete the jobs of a server',
    load: async () => (await import('./commands/jobs.ts')).defineJobs,
  },
  {
    name: 'compare',
    group: groups.server,
    summary: 'Compare jobs, or trainings in directories: settings, results and curves',
    load: async () => (await import('./commands/compare.ts')).defineCompare,
  },
  {
    name: 'experiment',
    group: groups.server,
    summary: 'Train variations of a job over several seeds on a server, and compare them',
    load: async () => (await import('./commands/experiment.ts')).defineExperiment,
  },
  {
    name: 'open',
    group: groups.server,
    summary: 'Open the dashboard of a server in the browser',
    load: async () => (await import('./commands/open.ts')).defineOpen,
  },
  {
    name: 'trainer',
    group: groups.server,
    summary: "Train a server's jobs on this machine, over NATS",
    load: async () => (await import('./commands/trainer.ts')).defineTrainer,
  },
  {
    name: 'worker',
    group: groups.server,
    summary: "Work for a server's jobs on this machine, over NATS",
    load: async () => (await import('./commands/worker.ts')).defineWorker,
  },
  {
    name: 'environments',
    group: groups.catalogue,
    summary: 'List the environments',
    load: async () => (await import('./commands/environments.ts')).defineEnvironments,
  },
  {
    name: 'check-environment',
    group: groups.catalogue,
    summary: 'Find mistakes in your own environment',
    load: async () => (await import('./commands/check-environment.ts')).defineCheckEnvironment,
  },
  {
    name: 'presets',
    group: groups.catalogue,
    summary: 'List the tuned settings, or print all settings of an environment',
    load: async () => (await import('./commands/presets.ts')).definePresets,
  },
  {
    name: 'doctor',
    group: groups.machine,
    summary: 'Report what works on this machine, and how to mend the rest',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'setup',
    group: groups.machine,
    summary: "Build TensorFlow.js's native backend",
    load: async () => (await import('./commands/setup.ts')).defineSetup,
  },
  {
    name: 'completion',
    group: groups.machine,
    summary: 'Print a script that completes a3c in a shell',
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
];
