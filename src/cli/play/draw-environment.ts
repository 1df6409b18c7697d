// How each environment looks in a terminal.
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { describeObservation } from './describe-observation.ts';
import { drawCartPole } from './draw-cart-pole.ts';

/** Rows of text showing what an environment observes; always the same number of them. */
export type Drawing = (observation: Float32Array) => string[];

/** The picture of an environment, or its observation where nobody drew one. */
export function createDrawing({ id, observationSpace }: EnvironmentDefinition): Drawing {
  if (id.startsWith('CartPole-')) return (observation) => drawCartPole([...observation]);
  return (observation) => describeObservation(observation, observationSpace);
}
