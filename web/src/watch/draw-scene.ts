// Scenes on a canvas, in the colours of the theme.
import { drawScene as draw } from '../../../src/shared/environments/draw-scene.ts';
import type { Scene } from '../../../src/shared/environments/scene.ts';

/** Draws the scene as large as it fits, in the middle. */
export function drawScene(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const readColor = (name: string): string => style.getPropertyValue(name);
  const colors = {
    ink: readColor('--text'),
    muted: readColor('--muted'),
    accent: readColor('--accent'),
    good: readColor('--good'),
    bad: readColor('--bad'),
  };
  draw(context, scene, { width: canvas.width, height: canvas.height, colors });
}
