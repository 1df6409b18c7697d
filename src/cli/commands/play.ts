// a3c play: shows a model playing, in the terminal or as a file.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { loadPolicy } from '../../policy/node.ts';
import { playEpisode, type PlayedStep, type Seat } from '../../policy/play-episode.ts';
import { Random } from '../../shared/random/random.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { environmentFlags, openEnvironments } from '../environments/environment-flags.ts';
import { jsonLinesFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { formatCount, formatNumber } from '../training/format-metrics.ts';
import { loadModel, warnOfDamage, type LoadedModel, modelArgument } from '../models/load-model.ts';
import { drawStep } from '../play/draw-environment.ts';
import { createScreen } from '../play/screen.ts';
import { ProgressLine } from '../replays/progress-line.ts';
import { findReplayFormat } from '../replays/replay-format.ts';
import type { ReplayFigures, ReplayProgress } from '../replays/write-replay.ts';
import { takeStandardOutput } from '../standard-output.ts';

const playOptionsSchema = z.strictObject({
  ...environmentFlags,
  episodes: z.int().min(1).max(1000).default(1).describe('Episodes to play'),
  fps: z.number().min(1).max(1000).default(50).describe('Steps per second on a terminal, or in the file'),
  seed: z.int().min(0).optional().describe('Seed of the episodes; random by default'),
  output: z
    .string()
    .refine((path) => findReplayFormat(path) !== null, 'the name of a replay ends in .gif or .html')
    .optional()
    .describe(
      'File for a replay: .gif (up to 3000 pictures) or .html (up to 20000 steps), in place of the terminal',
    ),
  force: z.boolean().default(false).describe('Overwrite the file'),
  ...jsonLinesFlag,
});
type PlayOptions = z.infer<typeof playOptionsSchema>;

export const definePlay: DefineCommand = (command, { setExitCode }) => {
  command.argument('<model-dir>', modelArgument);
  addSchemaFlags(command, playOptionsSchema);
  command.action(async (directory: string) => {
    const options = readSchemaFlags(command, playOptionsSchema);
    const standardOutput = takeStandardOutput();
    const interruption = new AbortController();
    process.once('SIGINT', () => {
      interruption.abort();
    });
    const model = await loadModel(directory, await openEnvironments(options));
    warnOfDamage(model);
    const policy = await loadPolicy(directory);
    const watching = { options, standardOutput, signal: interruption.signal };
    if (options.output === undefined) await play({ ...model, policy }, watching);
    else await record({ ...model, policy }, options.output, watching);
    if (interruption.signal.aborted) setExitCode(130);
  });
};

interface PlayedModel extends Pick<LoadedModel, 'definition'>, Seat {}

interface Watching {
  readonly options: PlayOptions;
  readonly standardOutput: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

async function play(model: PlayedModel, { options, standardOutput, signal }: Watching): Promise<void> {
  const { definition } = model;
  const random = Random.fromSeed(options.seed ?? drawSeed());
  const view = options.json ? createJsonView(standardOutput) : createView(definition, standardOutput);
  // Frames are slowed down only on a terminal, where a person watches.
  const frameMs = standardOutput.isTTY && !options.json ? 1000 / options.fps : 0;
  try {
    for (let episode = 1; episode <= options.episodes; episode += 1) {
      for await (const step of playEpisode(model, definition, random.split(episode))) {
        if (signal.aborted) return;
        view.show(episode, step);
        if (frameMs > 0) await sleep(frameMs);
      }
    }
  } finally {
    view.close();
  }
}

/** Writes a replay, and says what is in it. */
async function record(
  model: PlayedModel,
  path: string,
  { options, standardOutput, signal }: Watching,
): Promise<void> {
  const { writeReplay } = await import('../replays/write-replay.ts');
  const { episodes, fps, force, json, seed } = options;
  const line = new ProgressLine(process.stderr);
  const replay = {
    episodes,
    stepsPerSecond: fps,
    random: Random.fromSeed(seed ?? drawSeed()),
    signal,
    onProgress: ({ episode, steps }: ReplayProgress) =>
      line.show(() => `${path}: episode ${episode} of ${episodes}, ${steps} steps`),
  };
  const figures = await writeReplay(model, { path, force }, replay).finally(() => line.close());
  if (figures === null) return;
  if (figures.cut !== null) console.error(`warning: ${path} ends early: ${figures.cut}`);
  standardOutput.write(`${json ? JSON.stringify({ path, ...figures }) : describeReplay(path, figures)}\n`);
}

function describeReplay(path: string, { episodes, steps, return: mean, bytes }: ReplayFigures): string {
  const count = (number: number, name: string): string => `${number} ${name}${number === 1 ? '' : 's'}`;
  const parts = [count(episodes, 'episode'), count(steps, 'step'), `return ${formatNumber(mean)}`];
  return `wrote ${path}: ${parts.join(', ')}, ${formatCount(bytes / 1024)} KiB`;
}

interface View {
  show(episode: number, step: PlayedStep): void;
  close(): void;
}

function createView(definition: EnvironmentDefinition, output: NodeJS.WriteStream): View {
  const screen = createScreen(output);
  return {
    show: (episode, step) => {
      screen.show([...drawStep(step, definition), describeStep(definition.id, episode, step)], step.isLast);
    },
    close: () => {
      screen.close();
    },
  };
}

/** Every step, one object per line. */
function createJsonView(output: NodeJS.WriteStream): View {
  return {
    show: (episode, { observation, action, steps, return: total, isLast }) => {
      const step = { episode, step: steps, action, observation: [...observation], return: total, isLast };
      output.write(`${JSON.stringify(step)}\n`);
    },
    close: () => {
      // Nothing to restore.
    },
  };
}

function describeStep(id: string, episode: number, step: PlayedStep): string {
  const end = step.isLast ? ' | end' : '';
  return `${id} | episode ${episode} | step ${step.steps} | action ${[step.action].flat().join(' ')} | return ${formatNumber(step.return)}${end}`;
}
