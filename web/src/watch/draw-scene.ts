// Scenes on a canvas.
import type { Scene, SceneColor, ScenePoint, SceneShape } from '../../../src/shared/environments/scene.ts';

const variables: Readonly<Record<SceneColor, string>> = {
  ink: '--text',
  muted: '--muted',
  accent: '--accent',
  good: '--good',
  bad: '--bad',
};

/** The scene is drawn as large as it fits, in the middle. */
export function drawScene(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const scale = Math.min(canvas.width / scene.width, canvas.height / scene.height);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(
    scale,
    0,
    0,
    scale,
    (canvas.width - scene.width * scale) / 2,
    (canvas.height - scene.height * scale) / 2,
  );
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const shape of scene.shapes) {
    const color = shape.type === 'picture' ? 'ink' : (shape.color ?? 'ink');
    context.fillStyle = style.getPropertyValue(variables[color]);
    context.strokeStyle = context.fillStyle;
    drawShape(context, { shape, scene, thin: 2 / scale });
  }
}

interface Drawing {
  readonly shape: SceneShape;
  readonly scene: Scene;
  /** Thickness of a line that has none. */
  readonly thin: number;
}

function drawShape(context: CanvasRenderingContext2D, { shape, scene, thin }: Drawing): void {
  switch (shape.type) {
    case 'line':
      context.lineWidth = Math.max(shape.thickness ?? 0, thin);
      tracePath(context, shape.points);
      context.stroke();
      return;
    case 'polygon':
      tracePath(context, shape.points);
      context.fill();
      return;
    case 'circle':
      context.beginPath();
      context.arc(shape.centre[0], shape.centre[1], shape.radius, 0, 2 * Math.PI);
      context.fill();
      return;
    case 'text':
      context.font = `${shape.height * 1.4}px system-ui`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(shape.text, shape.centre[0], shape.centre[1]);
      return;
    case 'picture':
      drawPicture(context, shape, scene);
      return;
  }
}

function tracePath(context: CanvasRenderingContext2D, points: readonly ScenePoint[]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
}

function drawPicture(
  context: CanvasRenderingContext2D,
  { rows, columns, values }: Extract<SceneShape, { type: 'picture' }>,
  { width, height }: Scene,
): void {
  const [cellWidth, cellHeight] = [width / columns, height / rows];
  for (const [index, value] of values.entries()) {
    context.globalAlpha = Math.min(1, Math.max(0, value));
    context.fillRect(
      (index % columns) * cellWidth,
      Math.floor(index / columns) * cellHeight,
      cellWidth,
      cellHeight,
    );
  }
  context.globalAlpha = 1;
}
