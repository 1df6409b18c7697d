// Encoder of ONNX files. Numbers of weights stay references to weights.bin, so that no large array is copied.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { FilePiece } from '../model-format/file-piece.ts';
import { countElements } from '../network/shape.ts';
import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from './onnx-graph.ts';
import { onnxMessages } from './onnx-messages.ts';

/** Version of the set of operators, and of the format that came with it. */
export const opset = 17;
const irVersion = 8;

/** The one symbolic dimension: the number of rows. */
const batchAxis = 'batch';

/** Numbers of the fields that contain weights, and so are not encoded as a whole. */
const fieldNumbers = { graph: 7, initializer: 5, rawData: 9 } as const;
/** Of the enumerations DataType and AttributeType. */
const dataTypes = { float32: 1, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

/** Encodes the graph and a table of strings (`metadata_props`) as a model. */
export function encodeOnnx(graph: OnnxGraph, metadata: Readonly<Record<string, string>>): FilePiece[] {
  const model = onnxMessages.encode('ModelProto', {
    irVersion: BigInt(irVersion),
    producerName: 'a3c-server',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const nodes = onnxMessages.encode('GraphProto', {
    name: graph.name,
    node: graph.nodes.map(describeNode),
    input: graph.inputs.map(describeValue),
    output: graph.outputs.map(describeValue),
  });
  return [
    model,
    ...wrap(fieldNumbers.graph, [
      nodes,
      ...graph.initializers.flatMap((initializer) =>
        wrap(fieldNumbers.initializer, encodeInitializer(initializer)),
      ),
    ]),
  ];
}

function describeNode({ operator, name, inputs, outputs, attributes }: OnnxNode) {
  return {
    name,
    opType: operator,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, attribute]) => ({
      name: key,
      type: attributeTypes[attribute.type],
      ...encodeAttribute(attribute),
    })),
  };
}

function encodeAttribute(attribute: OnnxAttribute): Readonly<Record<string, unknown>> {
  const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (attribute.type) {
    case 'int':
      return { i: BigInt(attribute.value) };
    case 'ints':
      return { ints: attribute.value.map(BigInt) };
    case 'float':
      return { f: attribute.value };
    case 'floats':
      return { floats: [...attribute.value] };
    case 'string':
      return { s: encodeText(attribute.value) };
    case 'strings':
      return { strings: attribute.value.map(encodeText) };
  }
}

function describeValue({ name, shape }: OnnxValue) {
  const dim = [{ dimParam: batchAxis }, ...shape.map((extent) => ({ dimValue: BigInt(extent) }))];
  return { name, type: { tensorType: { elemType: dataTypes.float32, shape: { dim } } } };
}

function encodeInitializer({ name, shape, content }: OnnxInitializer): FilePiece[] {
  const isInteger = content.type === 'integers';
  const description = onnxMessages.encode('TensorProto', {
    name,
    dims: shape.map(BigInt),
    dataType: isInteger ? dataTypes.int64 : dataTypes.float32,
  });
  return [description, ...wrap(fieldNumbers.rawData, [encodeContent(content, shape)])];
}

function encodeContent(content: OnnxInitializer['content'], shape: OnnxInitializer['shape']): FilePiece {
  switch (content.type) {
    case 'integers':
      return new Uint8Array(BigInt64Array.from(content.values, BigInt).buffer);
    case 'numbers':
      return new Uint8Array(Float32Array.from(content.values).buffer);
    case 'weight': {
      const { offset, size, reorder } = content;
      return { offset: 4 * offset, sourceBytes: 4 * size, byteLength: 4 * countElements(shape), reorder };
    }
  }
}

/** Puts the number of a field and its length in front of its pieces. */
function wrap(fieldNumber: number, pieces: readonly FilePiece[]): FilePiece[] {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const head = new BinaryWriter().tag(fieldNumber, WireType.LengthDelimited).uint32(length).finish();
  return [head, ...pieces];
}
