// Replay as a GIF: scenes with a line of text below them, at the speed of a film.
import { drawScene } from '../../../shared/environments/draw-scene.ts';
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import type { Scene } from '../../../shared/environments/scene.ts';
import type { PlayedStep } from '../../../policy/play-episode.ts';
import { drawObservation } from '../../../shared/environments/observed-picture.ts';
import { formatNumber } from '../../training/format-metrics.ts';
import { ReplayError } from '../replay-error.ts';
import type { RecorderOptions, ReplayContent, ReplayRecorder } from '../replay-recorder.ts';
import { GifEncoder } from './gif-encoder.ts';
import { background, sceneColors } from './palette.ts';
import { PixelCanvas } from './pixel-canvas.ts';
import { PixelContext } from './pixel-context.ts';

/** Pictures are this wide, and scenes not higher. */
const sceneSize = 480;
/** The line below the scene: its height, and the size of its letters. */
const caption = { height: 22, fontSize: 12 };
/** More steps than these in a second are thinned out. */
const maxFramesPerSecond = 30;
/** How long the end of an episode is seen. */
const pauseSeconds = 1;

const mebibyte = 1024 ** 2;

export interface GifLimits {
  readonly frames: number;
  readonly bytes: number;
}

const gifLimits: GifLimits = { frames: 3_000, bytes: 64 * mebibyte };

export class GifRecorder implements ReplayRecorder {
  readonly #definition: EnvironmentDefinition;
  readonly #stepsPerSecond: number;
  /** Every step of this many is a frame. */
  readonly #stride: number;
  readonly #limits: GifLimits;
  #stage: Stage | null = null;
  #seconds = 0;

  constructor(
    definition: EnvironmentDefinition,
    { stepsPerSecond }: RecorderOptions,
    limits: GifLimits = gifLimits,
  ) {
    this.#definition = definition;
    this.#limits = limits;
    this.#stepsPerSecond = stepsPerSecond;
    this.#stride = Math.ceil(stepsPerSecond / maxFramesPerSecond);
  }

  add(episode: number, step: PlayedStep): string | null {
    if (step.isLast || (step.steps - 1) % this.#stride === 0) {
      const scene = step.scene ?? drawObservation(step.observation, this.#definition.observationSpace);
      if (scene === null) throw new ReplayError(explainMissingScene(this.#definition));
      this.#stage ??= new Stage(scene);
      this.#stage.show(scene, describeStep(this.#definition, episode, step), this.#seconds);
    }
    this.#seconds += step.isLast ? pauseSeconds : 1 / this.#stepsPerSecond;
    return this.#stage ? findReachedLimit(this.#stage.encoder, this.#limits) : null;
  }

  finish(): ReplayContent {
    const encoder = this.#stage?.encoder;
    if (!encoder) throw new ReplayError('no step was played');
    return { bytes: encoder.finish(this.#seconds), frames: encoder.frames };
  }
}

/** Where scenes are drawn; its size is that of the first scene. */
class Stage {
  readonly encoder: GifEncoder;
  readonly #canvas: PixelCanvas;
  readonly #context: PixelContext;
  readonly #sceneHeight: number;

  constructor({ width, height }: Scene) {
    const scale = sceneSize / Math.max(width, height);
    this.#sceneHeight = Math.max(1, Math.round(height * scale));
    this.#canvas = new PixelCanvas(sceneSize, this.#sceneHeight + caption.height);
    this.#context = new PixelContext(this.#canvas, background);
    this.encoder = new GifEncoder(this.#canvas.width, this.#canvas.height);
  }

  show(scene: Scene, text: string, seconds: number): void {
    const { width } = this.#canvas;
    const height = this.#sceneHeight;
    drawScene(this.#context, scene, { width, height, colors: sceneColors });
    // Shapes may reach out of their scene.
    this.#context.setTransform(1, 0, 0, 1, 0, height);
    this.#context.clearRect(0, 0, width, caption.height);
    this.#context.fillStyle = sceneColors.muted;
    this.#context.font = `${caption.fontSize}px`;
    this.#context.fillText(text, width / 2, caption.height / 2);
    this.encoder.add(this.#canvas, seconds);
  }
}

function findReachedLimit(reached: GifLimits, { frames, bytes }: GifLimits): string | null {
  if (reached.frames >= frames) return `it has ${frames} frames, the most that a GIF may have`;
  return reached.bytes >= bytes ? `it has ${bytes / mebibyte} MiB, the most that a GIF may have` : null;
}

/** Always as long, because it is written around its middle. */
function describeStep({ id }: EnvironmentDefinition, episode: number, step: PlayedStep): string {
  const [count, total] = [String(step.steps), formatNumber(step.return)];
  return `${id.slice(0, 24)}  episode ${episode}  step ${count.padEnd(5)} return ${total.padEnd(8)}`;
}

function explainMissingScene({ id }: EnvironmentDefinition): string {
  return `${id} cannot be drawn for a .gif: write a replay that ends in .html, which lists its observations, or add render() to the environment`;
}
