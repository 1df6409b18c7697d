// Reader of model.json without schemas. A test compares it with the schema.
import type { LayersModel, LayersModelLayer } from '../../shared/topology/layers-model.ts';
import type { JsonPart } from '../../shared/model-format/json-part.ts';

type Config = LayersModel['modelTopology']['config'];
type Node = Config['input_layers'][number];
type InboundNode = LayersModelLayer['inbound_nodes'][number][number];

/** Reads a functional layers model; throws InvalidModelError, which names the first wrong field. */
export function readLayersJson(json: JsonPart): LayersModel {
  const topology = json.field('modelTopology');
  const config = topology.field('config');
  return {
    format: json.field('format').oneOf(['layers-model']),
    modelTopology: {
      class_name: topology.field('class_name').text(),
      keras_version: topology.optionalField('keras_version')?.text() ?? '',
      backend: topology.optionalField('backend')?.text() ?? '',
      config: {
        name: config.field('name').text(),
        layers: config.field('layers').items().map(readLayer),
        input_layers: readNodes(config.field('input_layers')),
        output_layers: readNodes(config.field('output_layers')),
      },
    },
    weightsManifest: json
      .field('weightsManifest')
      .items()
      .map((group) => ({
        paths: group
          .field('paths')
          .items()
          .map((path) => path.text()),
        weights: group
          .field('weights')
          .items()
          .map((weight) => ({
            name: weight.field('name').text(),
            shape: weight
              .field('shape')
              .items()
              .map((extent) => extent.integer(0)),
            dtype: weight.field('dtype').oneOf(['float32']),
          })),
      })),
  };
}

function readLayer(layer: JsonPart): LayersModelLayer {
  return {
    class_name: layer.field('class_name').text(),
    name: layer.field('name').text(),
    config: readRecord(layer.field('config')),
    inbound_nodes: layer
      .field('inbound_nodes')
      .items()
      .map((node) => node.items().map(readInboundNode)),
  };
}

function readNodes(nodes: JsonPart): Node[] {
  return nodes.items(1).map((node) => {
    const [name, index, tensor] = node.tuple(3);
    return [name.text(), readIndex(index), readIndex(tensor)];
  });
}

function readInboundNode(node: JsonPart): InboundNode {
  const [name, index, tensor, settings] = node.tuple(4);
  return [name.text(), readIndex(index), readIndex(tensor), readRecord(settings)];
}

function readIndex(part: JsonPart): number {
  return part.integer(Number.MIN_SAFE_INTEGER);
}

function readRecord(part: JsonPart): Record<string, unknown> {
  return Object.fromEntries(part.entries().map(([key, { value }]) => [key, value]));
}
