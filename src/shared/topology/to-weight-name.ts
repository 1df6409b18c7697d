// Names of parameters in the weights of a layers model.
import { normalizationNames, topologyPrefix } from '../network/parameter-layout.ts';

/** Names of a normalization layer's weights. */
const statisticNames = new Map<string, string>([
  [normalizationNames.observationMean, 'normalization/moving_mean'],
  [normalizationNames.observationVariance, 'normalization/moving_variance'],
]);

/**
 * Converts a tensor name to its tfjs name: `policy/0/kernel` to `policy_0/kernel`, `policyHead/bias` to `policy/bias`;
 * parts are in snake_case.
 */
export function toWeightName(tensorName: string): string {
  if (tensorName.startsWith(topologyPrefix)) return tensorName.slice(topologyPrefix.length);
  const statisticName = statisticNames.get(tensorName);
  if (statisticName !== undefined) return statisticName;
  return tensorName
    .replace(/^(\w+)\/(\d+)\//, '$1_$2/')
    .replace(/Head\//, '/')
    .replace(/\w+$/, (part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
