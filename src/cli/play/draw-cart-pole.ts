// Drawing of CartPole: the cart, its pole and the track between the limits of an episode.
import { BrailleCanvas } from './braille-canvas.ts';

const columns = 66;
const rows = 9;
const dotsPerMetre = 25;
const centre = columns;
const trackHeight = rows * 4 - 3;
const cart = { width: 0.5, height: 0.25 };
const poleLength = 1;
const limit = 2.4;

/** Returns rows of text that show a state `[position, velocity, angle, angular velocity]`. */
export function drawCartPole([position = 0, , angleRadians = 0]: readonly number[]): string[] {
  const canvas = new BrailleCanvas(columns, rows);
  canvas.drawLine([centre - limit * dotsPerMetre, trackHeight], [centre + limit * dotsPerMetre, trackHeight]);
  for (const end of [-limit, limit]) {
    const x = centre + end * dotsPerMetre;
    canvas.drawLine([x, trackHeight - 3], [x, trackHeight + 2]);
  }
  const x = centre + position * dotsPerMetre;
  const top = trackHeight - 1 - cart.height * dotsPerMetre;
  const halfWidth = (cart.width * dotsPerMetre) / 2;
  for (let y = top; y <= trackHeight - 1; y += 1) canvas.drawLine([x - halfWidth, y], [x + halfWidth, y]);
  const tip = [
    x + Math.sin(angleRadians) * poleLength * dotsPerMetre,
    top - Math.cos(angleRadians) * poleLength * dotsPerMetre,
  ] as const;
  canvas.drawLine([x, top], tip);
  canvas.drawLine([x + 1, top], [tip[0] + 1, tip[1]]);
  return canvas.toLines();
}
