// Check of scenes from users' environments, before anything draws them.
import type { Scene } from '../scene.ts';
import { describeValue } from './environment-errors.ts';

const colors: ReadonlySet<unknown> = new Set([undefined, 'ink', 'muted', 'accent', 'good', 'bad']);
const maxShapes = 10_000;
const maxPoints = 100_000;

/** Returns what is wrong with a scene; null if nothing is. */
export function findSceneProblem(scene: unknown): string | null {
  if (!isRecord(scene)) return `${describeValue(scene)}; a scene is {width, height, shapes}`;
  const { width, height, shapes } = scene;
  if (!isLength(width) || width === 0 || !isLength(height) || height === 0)
    return 'a scene whose width or height is not a number above 0';
  if (!Array.isArray(shapes)) return 'a scene without a list of shapes';
  if (shapes.length > maxShapes) return `a scene of ${shapes.length} shapes, more than ${maxShapes}`;
  for (const [index, shape] of shapes.entries()) {
    const problem = findShapeProblem(shape);
    if (problem !== null) return `a scene whose shape ${index} ${problem}`;
  }
  return null;
}

/** Whether nothing is wrong with a scene. */
export function isScene(scene: unknown): scene is Scene {
  return findSceneProblem(scene) === null;
}

function findShapeProblem(shape: unknown): string | null {
  if (!isRecord(shape)) return `is ${describeValue(shape)}`;
  if (!colors.has(shape.color)) return `has the unknown color ${describeValue(shape.color)}`;
  switch (shape.type) {
    case 'line':
      if (shape.thickness !== undefined && !isLength(shape.thickness))
        return 'has a thickness that is no number';
      return isPointList(shape.points, 2) ? null : 'needs two or more points [x, y]';
    case 'polygon':
      return isPointList(shape.points, 3) ? null : 'needs three or more points [x, y]';
    case 'circle':
      return isPoint(shape.centre) && isLength(shape.radius) ? null : 'needs a centre [x, y] and a radius';
    case 'text':
      return typeof shape.text === 'string' && isPoint(shape.centre) && isLength(shape.height)
        ? null
        : 'needs a text, a centre [x, y] and a height';
    case 'picture':
      return isPicture(shape) ? null : 'needs rows, columns, and a finite value for each cell';
    default:
      return `has the unknown type ${describeValue(shape.type)}`;
  }
}

function isPicture({ rows, columns, values }: Record<string, unknown>): boolean {
  return (
    typeof rows === 'number' &&
    typeof columns === 'number' &&
    Array.isArray(values) &&
    values.length === rows * columns &&
    values.length > 0 &&
    values.every((value) => Number.isFinite(value))
  );
}

function isPointList(points: unknown, least: number): boolean {
  return (
    Array.isArray(points) && points.length >= least && points.length <= maxPoints && points.every(isPoint)
  );
}

function isPoint(point: unknown): boolean {
  return Array.isArray(point) && point.length === 2 && point.every((number) => Number.isFinite(number));
}

function isLength(length: unknown): boolean {
  return typeof length === 'number' && Number.isFinite(length) && length >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
