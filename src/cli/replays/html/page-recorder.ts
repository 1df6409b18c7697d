// Replay as a page: every step, with what the policy made of it.
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import type { Scene } from '../../../shared/environments/scene.ts';
import type { ReplayStep, StoredScene } from '../../../shared/replays/replay.ts';
import { storeShape, type StoredShape } from '../../../shared/replays/stored-shape.ts';
import type { PlayedStep } from '../../../policy/play-episode.ts';
import { describeObservation } from '../../play/describe-observation.ts';
import { drawObservation } from '../../../shared/environments/observed-picture.ts';
import type { RecorderOptions, ReplayContent, ReplayRecorder } from '../replay-recorder.ts';
import { readPageTemplate, writePage } from './write-page.ts';

export const pageLimits = { steps: 20_000, bytes: 32 * 1024 ** 2 };

/** What is shown of numbers that are not drawn. */
const significantDigits = 5;

export class PageRecorder implements ReplayRecorder {
  readonly #definition: EnvironmentDefinition;
  readonly #stepsPerSecond: number;
  readonly #shapes: StoredShape[] = [];
  /** Numbers of shapes by what is stored of them. */
  readonly #numbers = new Map<string, number>();
  readonly #steps: ReplayStep[] = [];
  #bytes = 0;

  constructor(definition: EnvironmentDefinition, { stepsPerSecond }: RecorderOptions) {
    this.#definition = definition;
    this.#stepsPerSecond = stepsPerSecond;
  }

  add(episode: number, played: PlayedStep): string | null {
    const { observationSpace } = this.#definition;
    const { action, inspection } = played;
    const scene = played.scene ?? drawObservation(played.observation, observationSpace);
    const step: ReplayStep = {
      episode,
      step: played.steps,
      return: round(played.return),
      action: typeof action === 'number' ? action : action.map(round),
      ...(inspection.probabilities && { probabilities: inspection.probabilities.map(roundShare) }),
      ...(inspection.value !== null && { value: round(inspection.value) }),
      ...(scene
        ? { scene: this.#storeScene(scene) }
        : { text: describeObservation(played.observation, observationSpace) }),
    };
    this.#steps.push(step);
    this.#bytes += JSON.stringify(step).length;
    if (this.#steps.length >= pageLimits.steps)
      return `it has ${pageLimits.steps} steps, the most that a page may have`;
    const mebibytes = pageLimits.bytes / 1024 ** 2;
    return this.#bytes >= pageLimits.bytes ? `it has ${mebibytes} MiB, the most that a page may have` : null;
  }

  finish(cut: string | null): ReplayContent {
    const replay = {
      environment: this.#definition.id,
      stepsPerSecond: this.#stepsPerSecond,
      cut,
      shapes: this.#shapes,
      steps: this.#steps,
    };
    return {
      bytes: Buffer.from(writePage(readPageTemplate(), replay)),
      frames: this.#steps.length,
    };
  }

  #storeScene(scene: Scene): StoredScene {
    const shapes = scene.shapes.map((shape) => this.#number(storeShape(shape, scene)));
    return { size: [scene.width, scene.height], shapes };
  }

  #number(shape: StoredShape): number {
    const text = JSON.stringify(shape);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#shapes.length);
    this.#bytes += text.length;
    return this.#shapes.push(shape) - 1;
  }
}

function round(number: number): number {
  return Number(number.toPrecision(significantDigits));
}

/** Shown as whole percent, and as the length of a bar. */
function roundShare(share: number): number {
  return Number(share.toFixed(3));
}
