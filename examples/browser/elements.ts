// Elements of a page, and drawing on them.
import { drawScene, type Scene } from 'a3c-server/environments';

/** Throws if the page has no such element. */
export function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${selector}`);
}

const colors = { ink: '#222', muted: '#888', accent: '#0b63ce', good: '#1a7f37', bad: '#c62828' };

export function showScene(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (context) drawScene(context, scene, { width: canvas.width, height: canvas.height, colors });
}
