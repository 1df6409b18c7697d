// Drawings of environments in a terminal.
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { describeObservation } from './describe-observation.ts';
import { drawSceneAsText } from './draw-scene.ts';
import type { PlayedStep } from '../../policy/play-episode.ts';

/** Draws a step as rows of text: the scene, or the observation of an environment that cannot be drawn. */
export function drawStep(
  { scene, observation }: Pick<PlayedStep, 'scene' | 'observation'>,
  { observationSpace }: Pick<EnvironmentDefinition, 'observationSpace'>,
): string[] {
  return scene === null ? describeObservation(observation, observationSpace) : drawSceneAsText(scene);
}
