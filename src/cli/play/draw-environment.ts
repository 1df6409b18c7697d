// Drawings of environments in a terminal.
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { describeObservation } from './describe-observation.ts';
import { drawCartPole } from './draw-cart-pole.ts';

/** Draws an observation as rows of text; the number of rows never changes. */
export type Drawing = (observation: Float32Array) => string[];

/** Returns the drawing of an environment. Environments without their own drawing show their observation. */
export function createDrawing({ id, observationSpace }: EnvironmentDefinition): Drawing {
  if (id.startsWith('CartPole-')) return (observation) => drawCartPole([...observation]);
  return (observation) => describeObservation(observation, observationSpace);
}
