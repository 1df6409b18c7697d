// Opens a batch of an environment, of whatever kind it is.
import type { BatchOptions, EnvironmentBatch } from './environment-batch.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';
import { closeAll, SingleEnvironmentBatch } from './single-environment-batch.ts';

/** As many worlds as there are sources of randomness. The caller closes the batch. */
export async function openBatch(
  definition: EnvironmentDefinition,
  options: BatchOptions,
): Promise<EnvironmentBatch> {
  if (definition.createBatch) return await definition.createBatch(options);
  const environments: Environment[] = [];
  try {
    for (let world = 0; world < options.randoms.length; world += 1) environments.push(definition.create());
    return new SingleEnvironmentBatch(definition, environments, options);
  } catch (error) {
    // What was opened before is closed; why the opening failed is what the caller has to know.
    await closeAll(environments).catch(() => undefined);
    throw error;
  }
}
