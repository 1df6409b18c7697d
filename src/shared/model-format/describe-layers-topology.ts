// Topology of a model whose network is layers of this project. It loads no schemas, so that browser pages stay small.
import type { NetworkSpec } from '../network/network-spec.ts';
import { findTensor, normalizationNames, type ParameterLayout } from '../network/parameter-layout.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { ActionSpace } from '../spaces/space.ts';
import type { LayersModel } from '../topology/layers-model.ts';
import { createLayersTopology, type DeterministicAction } from '../topology/layers-topology.ts';

/** Inputs that determine the shape of a model; a job's spec and definition have them, and so does a model card. */
export interface LayersModelShape {
  readonly spec: { readonly network: NetworkSpec; readonly policy?: PolicySpec };
  readonly definition: {
    readonly observationSpace: { readonly shape: readonly number[] };
    readonly actionSpace?: ActionSpace;
  };
  readonly layout: ParameterLayout;
}

/** Describes the topology of the spec's layers. */
export function describeLayersTopology({
  spec,
  definition,
  layout,
}: LayersModelShape): LayersModel['modelTopology'] {
  const policyBias = findTensor(layout, 'policyHead/bias');
  if (policyBias === null) throw new RangeError('the layout has no policy head');
  return createLayersTopology({
    network: spec.network,
    observationShape: definition.observationSpace.shape,
    policyOutputs: policyBias.size,
    hasCritic: findTensor(layout, 'valueHead/bias') !== null,
    isNormalized: isNormalized(layout),
    ...describeAction(spec, definition),
  });
}

/** Whether a model with this layout normalizes observations. */
export function isNormalized(layout: ParameterLayout): boolean {
  return findTensor(layout, normalizationNames.observationMean) !== null;
}

function describeAction(
  { policy }: LayersModelShape['spec'],
  { actionSpace }: LayersModelShape['definition'],
): { readonly deterministicAction?: DeterministicAction } {
  if (policy?.type !== 'deterministic' || actionSpace?.type !== 'box') return {};
  return { deterministicAction: { bounds: policy.outputActivation === 'tanh' ? actionSpace : null } };
}
