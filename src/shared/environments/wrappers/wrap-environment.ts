// Wrapping of a job's environment, in a fixed order.
import type { EnvironmentDefinition } from '../environment.ts';
import { repeatActions } from './action-repeat.ts';
import { stackFrames } from './frame-stack.ts';
import type { WrappersSpec } from './wrappers-spec.ts';

/** Returns the environment as the job sees it. Without wrappers it is the same object, at the same speed. */
export function wrapEnvironment(
  definition: EnvironmentDefinition,
  wrappers: WrappersSpec,
): EnvironmentDefinition {
  if (definition.wrap) return definition.wrap(wrappers);
  const { actionRepeat, frameStack, timeLimit } = wrappers;
  let wrapped = definition;
  // The time limit comes first, so that it counts the environment's own steps, like the limit it replaces.
  if (timeLimit !== null) wrapped = { ...wrapped, maxEpisodeSteps: timeLimit };
  if (actionRepeat > 1) wrapped = repeatActions(wrapped, actionRepeat);
  if (frameStack > 1) wrapped = stackFrames(wrapped, frameStack);
  return wrapped;
}
