// Part of TensorBoard's protobuf messages that is written here, with the names and numbers of event.proto,
// summary.proto, tensor.proto and the plugins' proto files.
import { MessageSet } from '../../protobuf/message-set.ts';

export const eventMessages = new MessageSet('tensorboard', {
  Event: {
    wall_time: [1, 'double'],
    step: [2, 'int64'],
    file_version: [3, 'string'],
    summary: [5, 'Summary'],
    session_log: [7, 'SessionLog'],
  },
  /** The status is a number of an enumeration, which is encoded like an int32. */
  SessionLog: { status: [1, 'int32'] },
  Summary: { value: [1, 'Value', 'repeated'] },
  Value: {
    tag: [1, 'string'],
    simple_value: [2, 'float'],
    tensor: [8, 'TensorProto'],
    metadata: [9, 'SummaryMetadata'],
  },
  SummaryMetadata: {
    plugin_data: [1, 'PluginData'],
    summary_description: [3, 'string'],
    /** A number of the enumeration DataClass. */
    data_class: [4, 'int32'],
  },
  PluginData: { plugin_name: [1, 'string'], content: [2, 'bytes'] },
  /** The type is a number of the enumeration DataType. */
  TensorProto: {
    dtype: [1, 'int32'],
    tensor_shape: [2, 'TensorShapeProto'],
    float_val: [5, 'float', 'repeated'],
    string_val: [8, 'bytes', 'repeated'],
  },
  TensorShapeProto: { dim: [2, 'Dimension', 'repeated'] },
  Dimension: { size: [1, 'int64'] },
  /** Of the plugin for hyper-parameters. */
  HParamsPluginData: { version: [1, 'int32'], session_start_info: [3, 'SessionStartInfo'] },
  SessionStartInfo: {
    hparams: [1, 'HparamsEntry', 'repeated'],
    group_name: [4, 'string'],
    start_time_secs: [5, 'double'],
  },
  /** A map is a list of entries. */
  HparamsEntry: { key: [1, 'string'], value: [2, 'HparamValue'] },
  /** google.protobuf.Value */
  HparamValue: { number_value: [2, 'double'], string_value: [3, 'string'], bool_value: [4, 'bool'] },
});
