// Contradictions between a job and its network's topology.
import { describeNetwork } from '../algorithms/describe-network.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { ModelDescription } from '../network/model-description.ts';
import type { JobSpec } from './job-spec.ts';

const path = 'network.modelTopology';

/** The environment comes with the spec's wrappers. The rest of the spec must be free of contradictions. */
export function findTopologyContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const { modelDescription: description, layers, valueLayers } = spec.network;
  if (!description) return [{ path, message: 'the topology has not been inspected' }];
  const issues: InputIssue[] = [];
  if (layers.length > 0 || valueLayers)
    issues.push({ path: 'network.layers', message: 'a modelTopology has its own layers; leave them out' });
  if (spec.engine === 'wasm')
    issues.push({ path: 'engine', message: 'the kernels cannot compute a modelTopology; use auto or tfjs' });
  if (spec.policy.type === 'gsde' && description.features === null)
    issues.push({ path: 'policy', message: 'gsde needs a model whose policy comes from a dense layer' });
  // Otherwise one mistake would be reported twice.
  if (issues.length > 0) return issues;
  const network = describeNetwork(spec, definition);
  return [
    ...findShapeContradictions(description, network, definition),
    ...findActionContradictions(description, network),
    ...findRunningContradictions(description, network),
  ];
}

function findShapeContradictions(
  { inputs, outputs }: ModelDescription,
  { policyOutputs, hasCritic = true, criticActionSize }: NetworkShape,
  { id, observationSpace: { shape } }: EnvironmentDefinition,
): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (message: string): void => {
    issues.push({ path, message });
  };
  const [observed = [], ...others] = inputs;
  const observation = shape.length === 0 ? [1] : shape;
  if (observed.join() !== observation.join())
    add(
      `its first input takes ${describe(observed)}, but ${id} has observations of ${describe(observation)}`,
    );
  const readsActions = criticActionSize !== undefined;
  if (readsActions && list(others) !== list([[criticActionSize]]))
    add(
      `its inputs after the observation are ${list(others)}, but this job's value needs ${list([[criticActionSize]])}: the action`,
    );
  const states = readsActions ? [] : others;
  const needed = [[policyOutputs], ...(hasCritic ? [[1]] : []), ...states];
  if (list(outputs) !== list(needed)) {
    const parts = [
      'the policy',
      ...(hasCritic ? ['the value'] : []),
      ...(states.length > 0 ? ['its states'] : []),
    ];
    add(`its outputs are ${list(outputs)}, but the job needs ${list(needed)}: ${parts.join(', ')}`);
  }
  return issues;
}

/** A critic of actions has a gradient by the action, and the policy chooses the action from the observation alone. */
function findActionContradictions(
  { inputs, policyReadsOnlyObservations, valueReadsEverything }: ModelDescription,
  { criticActionSize }: NetworkShape,
): InputIssue[] {
  if (criticActionSize === undefined || inputs.length === 1) return [];
  const issues: InputIssue[] = [];
  if (!policyReadsOnlyObservations)
    issues.push({ path, message: 'its policy must not depend on the action, which is its second input' });
  if (!valueReadsEverything)
    issues.push({ path, message: 'its value must depend on both the observation and the action' });
  return issues;
}

function findRunningContradictions(
  { inputs, weights }: ModelDescription,
  { criticActionSize }: NetworkShape,
): InputIssue[] {
  if (inputs.length === 1 || weights.every(({ momentum }) => momentum === null)) return [];
  const where = criticActionSize === undefined ? 'in a model with states' : 'with ddpg';
  return [{ path, message: `running statistics, as of a batch normalization, cannot be kept ${where}` }];
}

function describe(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function list(shapes: readonly (readonly number[])[]): string {
  return shapes.length === 0 ? 'none' : shapes.map(describe).join(' and ');
}
