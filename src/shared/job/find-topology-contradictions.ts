// Contradictions between a job and its network's topology.
import { describeNetwork } from '../algorithms/describe-network.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import type { TopologyDescription } from '../network/topology-description.ts';
import type { JobSpec } from './job-spec.ts';

const path = 'network.modelTopology';

/** The environment comes with the spec's wrappers. */
export function findTopologyContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const { topology, layers, valueLayers } = spec.network;
  if (!topology) return [{ path, message: 'the topology has not been inspected' }];
  const issues: InputIssue[] = [];
  if (layers.length > 0 || valueLayers)
    issues.push({ path: 'network.layers', message: 'a modelTopology has its own layers; leave them out' });
  if (spec.engine === 'wasm')
    issues.push({ path: 'engine', message: 'the kernels cannot compute a modelTopology; use auto or tfjs' });
  issues.push(...findShapeContradictions(topology, spec, definition));
  const hasRunning = topology.weights.some(({ isTrained }) => !isTrained);
  if (hasRunning && (topology.states > 0 || spec.algorithm === 'ddpg')) {
    const where = topology.states > 0 ? 'in a model with states' : 'with ddpg';
    issues.push({
      path,
      message: `running statistics, as of a batch normalization, cannot be kept ${where}`,
    });
  }
  return issues;
}

function findShapeContradictions(
  { inputs, outputs, states, features }: TopologyDescription,
  spec: JobSpec,
  definition: EnvironmentDefinition,
): InputIssue[] {
  if (spec.policy.type === 'gsde' && features === null)
    return [{ path: 'policy', message: 'gsde needs a model whose policy comes from a dense layer' }];
  const { shape } = definition.observationSpace;
  const observation = shape.length === 0 ? [1] : shape;
  const { policyOutputs, hasCritic = true, criticActionSize } = describeNetwork(spec, definition);
  const issues: InputIssue[] = [];
  const [first = []] = inputs;
  if (first.join() !== observation.join())
    issues.push({
      path,
      message: `its first input takes ${describe(first)}, but ${definition.id} has observations of ${describe(observation)}`,
    });
  const expected = [[policyOutputs], ...(hasCritic ? [[1]] : [])];
  const found = outputs.slice(0, outputs.length - states);
  if (found.map(describe).join() !== expected.map(describe).join())
    issues.push({
      path,
      message: `its outputs are ${list(found)}, but ${spec.algorithm} with a ${spec.policy.type} policy in ${definition.id} needs ${list(expected)}${hasCritic ? ': the policy and the value' : ': the policy'}`,
    });
  const others = inputs.slice(1, inputs.length - states);
  const needed = criticActionSize === undefined ? [] : [[criticActionSize]];
  if (others.map(describe).join() !== needed.map(describe).join())
    issues.push({
      path,
      message: `its inputs after the observation are ${list(others)}, but ${spec.algorithm} gives ${list(needed)}; inputs for states must have the shapes of its last outputs`,
    });
  return issues;
}

function describe(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function list(shapes: readonly (readonly number[])[]): string {
  return shapes.length === 0 ? 'none' : shapes.map(describe).join(' and ');
}
