// Facts about a model as strings, for formats that store a table of strings beside the weights.
import type { ModelCard } from './model-card.ts';

/** `format_version` counts the versions of these files; `model_card` is the whole model-card.json. */
export function describeMetadata(card: ModelCard): Readonly<Record<string, string>> {
  return {
    format_version: '1',
    environment: card.environment,
    algorithm: card.spec.algorithm,
    policy: card.spec.policy.type,
    model: card.model,
    model_card: JSON.stringify(card),
  };
}
