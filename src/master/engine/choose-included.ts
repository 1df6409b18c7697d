// Choice among the engines that are always there.
import {
  includedBackends,
  kernelChoice,
  resolveEngineName,
  type EngineChoice,
  type EngineRequest,
} from '../../shared/engines/engine-choice.ts';

/**
 * Chooses among the engines that are always there. `reason` says why no better one was taken.
 */
export function chooseIncluded(request: EngineRequest, reason: string | null = null): EngineChoice {
  if (resolveEngineName(request) === 'wasm') return kernelChoice;
  const [best] = includedBackends;
  const backend = request.network.modelDescription?.backend ?? best;
  const unable = backend === best ? null : `the ${best} backend cannot differentiate this model`;
  return {
    name: 'tfjs',
    backend,
    reason: [reason, unable].filter((part) => part !== null).join('; ') || null,
  };
}
