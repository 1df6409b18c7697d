// Replay of a policy that plays, as a file.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { playEpisode, type PlayedStep, type Seat } from '../../policy/play-episode.ts';
import { limitEpisodeSteps, type EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { Random } from '../../shared/random/random.ts';
import { OutputFile } from './output-file.ts';
import { findReplayFormat, type ReplayFormat } from './replay-format.ts';
import { ReplayError } from './replay-error.ts';
import type { RecorderOptions, ReplayRecorder } from './replay-recorder.ts';

export interface ReplayedModel extends Seat {
  readonly definition: EnvironmentDefinition;
}

export interface ReplayOptions extends RecorderOptions {
  readonly episodes: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Is told now and then how far the replay is. */
  readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayProgress {
  readonly episode: number;
  /** Of all episodes so far. */
  readonly steps: number;
}

export interface ReplayTarget {
  readonly path: string;
  /** Whether to overwrite what is there. */
  readonly force: boolean;
}

export interface ReplayFigures {
  readonly format: ReplayFormat;
  /** Those that were played to their end, or to where the replay is cut. */
  readonly episodes: number;
  readonly steps: number;
  /** Mean over the episodes. */
  readonly return: number;
  readonly frames: number;
  readonly bytes: number;
  /** Why the replay ends before its episodes do; null if it does not. */
  readonly cut: string | null;
}

/** Without a wait in between, nobody could interrupt an environment that never waits. */
const stepsPerTurn = 16;

/**
 * Plays, and writes what was played. Returns null if it was interrupted; there is no file then. Throws ReplayError, and
 * OutputExistsError if there is a file that may not be overwritten.
 */
export async function writeReplay(
  model: ReplayedModel,
  { path, force }: ReplayTarget,
  options: ReplayOptions,
): Promise<ReplayFigures | null> {
  const format = findReplayFormat(path);
  if (format === null) throw new ReplayError(`${path}: the name of a replay ends in .gif or .html`);
  const file = await OutputFile.open(path, { force });
  try {
    const recorder = await createRecorder(format, model.definition, options);
    const played = await playInto(recorder, model, options);
    if (played === null) return null;
    const { bytes, frames } = recorder.finish(played.cut);
    await file.complete(bytes);
    return { format, ...played, frames, bytes: bytes.length };
  } finally {
    await file.close();
  }
}

type Played = Pick<ReplayFigures, 'episodes' | 'steps' | 'return' | 'cut'>;

/** Plays what a recorder takes. Returns null if it was interrupted. */
export async function playInto(
  recorder: ReplayRecorder,
  model: ReplayedModel,
  { episodes, random, signal, onProgress }: ReplayOptions,
): Promise<Played | null> {
  let [sum, steps] = [0, 0];
  for (let episode = 1; ; episode += 1) {
    for await (const step of playEpisode(model, model.definition, random.split(episode))) {
      const limit = recorder.add(episode, step);
      steps += 1;
      if (steps % stepsPerTurn === 0) {
        onProgress?.({ episode, steps });
        await nextTurn();
      }
      if (signal.aborted) return null;
      const isComplete = step.isLast && episode === episodes;
      const cut = findEndlessEpisode(step, model.definition) ?? (isComplete ? null : limit);
      if (step.isLast || cut !== null) sum += step.return;
      if (isComplete || cut !== null) return { episodes: episode, steps, return: sum / episode, cut };
    }
  }
}

/** Says that an episode was ended that might have gone on for ever; otherwise null. */
function findEndlessEpisode({ steps, isLast }: PlayedStep, definition: EnvironmentDefinition): string | null {
  const hasLimit = typeof definition.maxEpisodeSteps === 'number';
  if (!isLast || hasLimit || steps < limitEpisodeSteps(definition)) return null;
  return `its episode did not end within ${steps} steps, and the environment sets no limit`;
}

/** What one format needs is not loaded for the other. */
async function createRecorder(
  format: ReplayFormat,
  definition: EnvironmentDefinition,
  { stepsPerSecond }: ReplayOptions,
): Promise<ReplayRecorder> {
  switch (format) {
    case 'gif': {
      const { GifRecorder } = await import('./gif/gif-recorder.ts');
      return new GifRecorder(definition, { stepsPerSecond });
    }
    case 'html': {
      const { PageRecorder } = await import('./html/page-recorder.ts');
      return new PageRecorder(definition, { stepsPerSecond });
    }
  }
}
