// Opening of a batch of any environment.
import type { BatchOptions, EnvironmentBatch } from './environment-batch.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';
import { closeAll, SingleEnvironmentBatch } from './single-environment-batch.ts';

/** Opens as many worlds as there are sources of randomness. The caller closes the batch. */
export async function openBatch(
  definition: EnvironmentDefinition,
  options: BatchOptions,
): Promise<EnvironmentBatch> {
  if (definition.createBatch) return await definition.createBatch(options);
  await definition.load?.();
  const environments: Environment[] = [];
  try {
    for (let world = 0; world < options.randoms.length; world += 1) environments.push(definition.create());
    return new SingleEnvironmentBatch(definition, environments, options);
  } catch (error) {
    // Closes the environments opened so far. Errors while closing are ignored: the caller needs the reason of the
    // failed opening.
    await closeAll(environments).catch(() => undefined);
    throw error;
  }
}
