// Policy parameters: numbers of a policy or of the scale of rewards that are not weights of a layer. A layers model
// cannot store them, so they are in the model card.
import type { ParameterLayout, ParameterTensor } from '../network/parameter-layout.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import type { ModelCard } from './model-card.ts';

type PolicyParameters = ModelCard['policyParameters'];

function listPolicyTensors({ tensors }: ParameterLayout): ParameterTensor[] {
  return tensors.filter(({ owner }) => owner !== 'layer');
}

/** Reads them from flat parameters, by name. */
export function extractPolicyParameters(layout: ParameterLayout, parameters: Float32Array): PolicyParameters {
  return Object.fromEntries(
    listPolicyTensors(layout).map(({ name, offset, size }) => [
      name,
      [...parameters.subarray(offset, offset + size)],
    ]),
  );
}

/** Writes them into flat parameters. Throws InvalidModelError if one is missing, too large or of another size. */
export function insertPolicyParameters(
  layout: ParameterLayout,
  policyParameters: PolicyParameters,
  parameters: Float32Array,
): void {
  requirePolicyParameters(layout, policyParameters);
  for (const { name, offset } of listPolicyTensors(layout)) {
    parameters.set(policyParameters[name] ?? [], offset);
  }
}

/** Throws InvalidModelError if one is missing, too large or of another size. */
export function requirePolicyParameters(layout: ParameterLayout, policyParameters: PolicyParameters): void {
  for (const { name, size } of listPolicyTensors(layout)) {
    const values = policyParameters[name];
    if (values?.length !== size)
      throw new InvalidModelError(`the model card has no ${name} of ${size} numbers`);
    // A number in JSON may be too large for 32 bits.
    if (!values.every((value) => Number.isFinite(Math.fround(value))))
      throw new InvalidModelError(`${name} of the model card has numbers that are too large`);
  }
}
