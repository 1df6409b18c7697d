// Part of ONNX's protobuf messages that is written here, with the names and numbers of onnx.proto. It is built as a
// descriptor with @bufbuild/protobuf, which needs no code generator and no `new Function`, and depends on nothing.
import { create, createFileRegistry, toBinary, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

type FieldType = 'string' | 'bytes' | 'int32' | 'int64' | 'float' | MessageName;
type Field = readonly [number: number, type: FieldType, isRepeated?: 'repeated'];
type MessageName = keyof typeof messages;

const messages = {
  ModelProto: {
    ir_version: [1, 'int64'],
    producer_name: [2, 'string'],
    graph: [7, 'GraphProto'],
    opset_import: [8, 'OperatorSetIdProto', 'repeated'],
    metadata_props: [14, 'StringStringEntryProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    op_type: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'bytes', 'repeated'],
    /** A number of the enumeration AttributeType, which is encoded like an int32. */
    type: [20, 'int32'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    data_type: [2, 'int32'],
    name: [8, 'string'],
    raw_data: [9, 'bytes'],
  },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensor_type: [1, 'TensorTypeProto'] },
  /** In onnx.proto these two are inside of TypeProto and TensorShapeProto, which does not change their bytes. */
  TensorTypeProto: { elem_type: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'DimensionProto', 'repeated'] },
  DimensionProto: { dim_value: [1, 'int64'], dim_param: [2, 'string'] },
} as const;

const scalarTypes: ReadonlyMap<string, FieldDescriptorProto_Type> = new Map([
  ['string', FieldDescriptorProto_Type.STRING],
  ['bytes', FieldDescriptorProto_Type.BYTES],
  ['int32', FieldDescriptorProto_Type.INT32],
  ['int64', FieldDescriptorProto_Type.INT64],
  ['float', FieldDescriptorProto_Type.FLOAT],
]);

function describeField([name, [number, type, isRepeated]]: readonly [string, Field]) {
  const { REPEATED, OPTIONAL } = FieldDescriptorProto_Label;
  const scalarType = scalarTypes.get(type);
  const reference = scalarType ?? FieldDescriptorProto_Type.MESSAGE;
  return {
    name,
    number,
    label: isRepeated ? REPEATED : OPTIONAL,
    type: reference,
    ...(scalarType === undefined && { typeName: `.onnx.${type}` }),
  };
}

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto2',
    messageType: Object.entries<Readonly<Record<string, Field>>>(messages).map(([name, fields]) => ({
      name,
      field: Object.entries(fields).map(describeField),
    })),
  }),
  () => undefined,
);

/** Finds the descriptor of a message. */
export function findMessage(name: MessageName): DescMessage {
  const message = registry.getMessage(`onnx.${name}`);
  if (message === undefined) throw new RangeError(`there is no message ${name}`);
  return message;
}

/** Encodes a message. Fields have the names of onnx.proto in camelCase, and 64-bit numbers are bigint. */
export function encodeMessage(name: MessageName, fields: Readonly<Record<string, unknown>>): Uint8Array {
  const message = findMessage(name);
  return toBinary(message, create(message, { ...fields }));
}
