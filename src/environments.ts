// `a3c-server/environments`: the built-in environments, for browser pages and other programs without a server. No module
// that it imports needs Node or a package.
export { builtInEnvironments } from './shared/environments/built-in-environments.ts';
export type {
  Environment,
  EnvironmentDefinition,
  RestorableEnvironment,
} from './shared/environments/environment.ts';
export { drawScene, type DrawingArea, type DrawingContext } from './shared/environments/draw-scene.ts';
export type { Scene, SceneColor, ScenePoint, SceneShape } from './shared/environments/scene.ts';
export { Random } from './shared/random/random.ts';
