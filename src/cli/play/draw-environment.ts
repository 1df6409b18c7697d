// How each environment looks in a terminal.
import type { Environment, EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { flatSize } from '../../shared/spaces/space.ts';
import { describeObservation } from './describe-observation.ts';
import { drawCartPole } from './draw-cart-pole.ts';

/** Rows of text showing an environment as it is now; always the same number of them. */
export type Drawing = (environment: Environment) => string[];

/** The picture of an environment, or its observation where nobody drew one. */
export function createDrawing({ id, observationSpace }: EnvironmentDefinition): Drawing {
  if (id.startsWith('CartPole-')) return (environment) => drawCartPole(environment.getState?.() ?? []);
  const observation = new Float32Array(flatSize(observationSpace));
  return (environment) => {
    environment.observe(observation, 0);
    return describeObservation(observation, observationSpace);
  };
}
