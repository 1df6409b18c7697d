// Puts a job's wrappers around its environment: the one place that knows their order.
import type { EnvironmentDefinition } from '../environment.ts';
import { repeatActions } from './action-repeat.ts';
import { stackFrames } from './frame-stack.ts';
import type { WrappersSpec } from './wrappers-spec.ts';

/** The environment as the job sees it. A job without wrappers gets the very same one, at the same speed. */
export function wrapEnvironment(
  definition: EnvironmentDefinition,
  { actionRepeat, frameStack, timeLimit }: WrappersSpec,
): EnvironmentDefinition {
  let wrapped = definition;
  // The limit comes first, and so counts the environment's own steps, as the one it replaces.
  if (timeLimit !== null) wrapped = { ...wrapped, maxEpisodeSteps: timeLimit };
  if (actionRepeat > 1) wrapped = repeatActions(wrapped, actionRepeat);
  if (frameStack > 1) wrapped = stackFrames(wrapped, frameStack);
  return wrapped;
}
