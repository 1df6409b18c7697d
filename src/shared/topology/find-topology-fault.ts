// Faults of a topology that TensorFlow.js does not report, or that it reports in words of its own. With some of them it
// never ends, so they are looked for before a model is built.
import type { LayersModel, LayersModelLayer } from './layers-model.ts';
import { addedLayerNames } from './normalize-topology.ts';

type Config = LayersModel['modelTopology']['config'];

/** Layers that hold layers of their own as `config.layer` or `config.cell`. */
const modelTypes: ReadonlySet<unknown> = new Set(['Model', 'Functional', 'Sequential']);

/** Returns what is wrong with the graph of layers; null if nothing is. */
export function findTopologyFault(config: Config): string | null {
  const names = new Set<string>();
  for (const { name } of config.layers) {
    if (names.has(name)) return `two layers have the name ${name}`;
    names.add(name);
  }
  for (const layer of config.layers) {
    const fault = findLayerFault(layer, names);
    if (fault !== null) return fault;
  }
  const unknown = [...config.input_layers, ...config.output_layers].find(([name]) => !names.has(name));
  if (unknown) return `input_layers or output_layers name ${unknown[0]}, which does not exist`;
  return findCycle(config);
}

function findLayerFault(layer: LayersModelLayer, names: ReadonlySet<string>): string | null {
  const { name, class_name: type, config, inbound_nodes: nodes } = layer;
  if (addedLayerNames.some((reserved) => reserved === name))
    return `the name ${name} is reserved: rename that layer`;
  if (nodes.length > 1)
    return `layer ${name} is used ${nodes.length} times: give each use a layer of its own`;
  const unknown = nodes.flat().find(([below, node]) => !names.has(below) || node !== 0);
  if (unknown) return `layer ${name} reads node ${unknown[1]} of ${unknown[0]}, which does not exist`;
  if (modelTypes.has(type) || holdsModel(config))
    return `layer ${name} is a model: put its layers in its place`;
  if (config.stateful === true)
    return `layer ${name} is stateful: make its states inputs and outputs of the model`;
  if (config.trainable === false) return `layer ${name} is frozen (trainable: false): every layer is trained`;
  const { batch_input_shape: shape } = config;
  if (Array.isArray(shape) && shape[0] !== null)
    return `layer ${name} has a fixed number of rows: let its batch_input_shape begin with null`;
  return null;
}

/** Whether a layer inside of a layer is a model. */
function holdsModel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('class_name' in value && modelTypes.has(value.class_name)) return true;
  return Object.values(value).some(holdsModel);
}

/** Walks from the layers that read none to those that read only layers walked before (Kahn 1962). */
function findCycle({ layers }: Config): string | null {
  const readers = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const { name, inbound_nodes: nodes } of layers) {
    const below = nodes.flat().map(([read]) => read);
    missing.set(name, below.length);
    for (const read of below) readers.set(read, [...(readers.get(read) ?? []), name]);
  }
  const ready = layers.filter(({ name }) => missing.get(name) === 0).map(({ name }) => name);
  let walked = 0;
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    walked += 1;
    for (const reader of readers.get(name) ?? []) {
      const left = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (walked === layers.length) return null;
  const stuck = layers.find(({ name }) => (missing.get(name) ?? 0) > 0);
  return `layer ${stuck?.name ?? ''} depends on its own outputs`;
}
