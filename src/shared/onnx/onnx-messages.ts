// Part of ONNX's protobuf messages that is written here, with the names and numbers of onnx.proto.
import { MessageSet } from '../protobuf/message-set.ts';

export const onnxMessages = new MessageSet('onnx', {
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
});
