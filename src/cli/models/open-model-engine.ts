// Opening of the engine that plays a model: the kernels where they can compute its network.
import { backendVariable, chooseEngine } from '../../master/engine/choose-engine.ts';
import type { Engine } from '../../shared/engines/engine.ts';
import { openEngine } from '../../shared/engines/open-engine.ts';
import { compileKernels } from '../../shared/engines/wasm/compile-kernels.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { NetworkShape } from '../../shared/network/parameter-layout.ts';

export async function openModelEngine(
  spec: Pick<JobSpec, 'network'>,
  network: NetworkShape,
): Promise<Engine> {
  const choice = await chooseEngine({ ...spec, engine: 'auto' }, process.env[backendVariable]);
  return await openEngine(choice, { kernels: compileKernels(), network });
}
