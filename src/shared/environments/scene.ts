// Scenes: what an environment looks like, as a list of simple shapes. A page, a terminal and a replay draw the same
// scene.

/** Colours by their role, because every display has colours of its own. */
export type SceneColor = 'ink' | 'muted' | 'accent' | 'good' | 'bad';

/** A point of the scene: x to the right and y downwards, in the scene's own units. */
export type ScenePoint = readonly [x: number, y: number];

/** Shapes are drawn in their order, later ones over earlier ones. Lengths are in the scene's units. */
export type SceneShape =
  | {
      readonly type: 'line';
      /** Two or more corners. */
      readonly points: readonly ScenePoint[];
      /** Thickness; default: as thin as the display can draw it well. */
      readonly thickness?: number;
      readonly color?: SceneColor;
    }
  | { readonly type: 'polygon'; readonly points: readonly ScenePoint[]; readonly color?: SceneColor }
  | {
      readonly type: 'circle';
      readonly centre: ScenePoint;
      readonly radius: number;
      readonly color?: SceneColor;
    }
  | {
      readonly type: 'text';
      readonly text: string;
      /** Middle of the text. */
      readonly centre: ScenePoint;
      /** Height of capital letters. */
      readonly height: number;
      readonly color?: SceneColor;
    }
  | {
      /** A picture that fills the scene. */
      readonly type: 'picture';
      readonly rows: number;
      readonly columns: number;
      /** Brightness of each cell, 0 (as the background) to 1, row by row. */
      readonly values: readonly number[];
    };

export interface Scene {
  /** What is shown goes from (0, 0) at the top left to (width, height). */
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly SceneShape[];
}

/** Corners of a rectangle whose sides are level. */
export function createRectangle(
  [left, top]: ScenePoint,
  { width, height }: { readonly width: number; readonly height: number },
): readonly ScenePoint[] {
  return [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ];
}
