// The bytes of ONNX files, read back with the messages of onnx.proto, and the models that are refused.
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidModelError } from '../../../../src/shared/model-format/invalid-model-error.ts';
import { ModelNotExportableError } from '../../../../src/shared/onnx/model-not-exportable-error.ts';
import { onnxMessages } from '../../../../src/shared/onnx/onnx-messages.ts';
import type { LayersModelLayer } from '../../../../src/shared/topology/layers-model.ts';
import {
  createModel,
  writeOnnx,
  type ExportedModel,
} from '../../../fixtures/exported-models/exported-model.ts';

const valueSchema = z.object({
  name: z.string(),
  type: z.object({
    tensor_type: z.object({ elem_type: z.int(), shape: z.object({ dim: z.array(z.unknown()) }) }),
  }),
});
const modelSchema = z.object({
  ir_version: z.string(),
  opset_import: z.array(z.object({ version: z.string() })),
  metadata_props: z.array(z.object({ key: z.string(), value: z.string() })),
  graph: z.object({
    node: z.array(z.object({ op_type: z.string(), input: z.array(z.string()), output: z.array(z.string()) })),
    initializer: z.array(
      z.object({
        name: z.string(),
        dims: z.array(z.string()).default([]),
        data_type: z.int(),
        raw_data: z.base64(),
      }),
    ),
    input: z.array(valueSchema),
    output: z.array(valueSchema),
  }),
});

function readOnnx(model: ExportedModel) {
  const message = onnxMessages.find('ModelProto');
  const json: unknown = toJson(message, fromBinary(message, writeOnnx(model)), { useProtoFieldName: true });
  return modelSchema.parse(json);
}

function readNumbers(base64 = ''): number[] {
  return [...new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer)];
}

describe('an ONNX file', () => {
  const lstm = {
    spec: {
      network: {
        shared: true,
        initialization: 'orthogonal' as const,
        layers: [{ type: 'lstm' as const, units: 2 }],
      },
    },
  };

  it('declares its version, its inputs and its outputs', async () => {
    const { ir_version: version, opset_import: operators, graph } = readOnnx(await createModel(lstm));
    expect([version, operators]).toEqual(['8', [{ version: '17' }]]);
    expect(graph.input.map(({ name }) => name)).toEqual(['observation', 'trunk_0_hidden', 'trunk_0_cell']);
    expect(graph.output.map(({ name }) => name)).toEqual([
      'policy',
      'value',
      'trunk_0_hidden_next',
      'trunk_0_cell_next',
    ]);
    expect(graph.input[0]?.type.tensor_type).toEqual({
      elem_type: 1,
      shape: { dim: [{ dim_param: 'batch' }, { dim_value: '4' }] },
    });
  });

  it('gives each tensor one name, before it is read', async () => {
    const { graph } = readOnnx(
      await createModel({ spec: { ...lstm.spec, normalizeObservations: true }, observationShape: [] }),
    );
    const known = new Set([...graph.initializer, ...graph.input].map(({ name }) => name));
    expect(known.size).toBe(graph.initializer.length + graph.input.length);
    for (const { input, output } of graph.node) {
      for (const name of input) if (name !== '') expect(known).toContain(name);
      for (const name of output) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
    for (const { name } of graph.output) expect(known).toContain(name);
  });

  it('has the numbers of weights.bin, and the gates of an LSTM in the order i o f c', async () => {
    const model = await createModel(lstm);
    const stored = [...new Float32Array(new Uint8Array(model.weights).buffer)];
    const { graph } = readOnnx(model);
    const find = (name: string) => graph.initializer.find((initializer) => initializer.name === name);
    const bias = stored.slice(48, 56);
    const recurrent = stored.slice(32, 48);
    const [i = [], f = [], c = [], o = []] = [0, 2, 4, 6].map((start) => bias.slice(start, start + 2));
    const found = find('trunk_0/bias_reordered');
    expect(found?.dims).toEqual(['1', '16']);
    expect(readNumbers(found?.raw_data)).toEqual([...i, ...o, ...f, ...c, ...Array<number>(8).fill(0)]);
    const matrix = readNumbers(find('trunk_0/recurrent_kernel_reordered')?.raw_data);
    // Rows are units of gates: the third one is the first of the output gate, which is the seventh column in Keras.
    expect(matrix.slice(4, 6)).toEqual([recurrent[6], recurrent[14]]);
    expect(readNumbers(find('policy/kernel')?.raw_data)).toEqual(stored.slice(56, 62));
  });
});

describe('a model that cannot be written as ONNX', () => {
  async function change(edit: (layer: LayersModelLayer) => LayersModelLayer): Promise<() => unknown> {
    const model = await createModel({});
    const { modelTopology } = model.modelJson;
    const { config } = modelTopology;
    const topology = { ...modelTopology, config: { ...config, layers: config.layers.map(edit) } };
    return () => writeOnnx({ ...model, modelJson: { ...model.modelJson, modelTopology: topology } });
  }
  const isPolicy = ({ name }: LayersModelLayer): boolean => name === 'policy';

  it.each<[string, Partial<LayersModelLayer>, RegExp]>([
    [
      'a class',
      { class_name: 'Lambda' },
      /^layer policy \(Lambda\) cannot be written as ONNX: this class of layers is not supported; the zip/,
    ],
    [
      'a setting',
      { config: { units: 3, activation: 'cosine' } },
      /^layer policy \(Dense\) cannot be written as ONNX: its activation is "cosine"; the zip/,
    ],
    [
      'a second use',
      { inbound_nodes: [[['observation', 0, 0, {}]], [['observation', 0, 0, {}]]] },
      /layer policy \(Dense\) .*: it is used more than once/,
    ],
  ])('is refused by the name of the layer: %s', async (_name, edit, message) => {
    const write = await change((layer) => (isPolicy(layer) ? { ...layer, ...edit } : layer));
    expect(write).toThrow(ModelNotExportableError);
    expect(write).toThrow(message);
  });

  it.each<[string, LayersModelLayer['inbound_nodes'], RegExp]>([
    [
      'a layer that does not exist',
      [[['nothing', 0, 0, {}]]],
      /layer policy reads a layer that does not exist/,
    ],
    ['itself', [[['policy', 0, 0, {}]]], /layer policy reads a layer that does not exist, or itself/],
    ['an output that does not exist', [[['observation', 0, 1, {}]]], /layer observation has no output 1/],
    ['nothing', [], /layer policy has no input/],
  ])('is refused if a layer reads %s', async (_name, nodes, message) => {
    const write = await change((layer) => (isPolicy(layer) ? { ...layer, inbound_nodes: nodes } : layer));
    expect(write).toThrow(InvalidModelError);
    expect(write).toThrow(message);
  });
});
