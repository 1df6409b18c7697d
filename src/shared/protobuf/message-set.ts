// Protobuf messages from a table of their fields, built as descriptors with @bufbuild/protobuf: no code generator, no
// `new Function`, and no package that knows the format.
import { create, createFileRegistry, toBinary, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

const scalarTypes = {
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
  bool: FieldDescriptorProto_Type.BOOL,
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  float: FieldDescriptorProto_Type.FLOAT,
  double: FieldDescriptorProto_Type.DOUBLE,
} as const;

type ScalarType = keyof typeof scalarTypes;
/** A field that names another message of the table has that message as its type. */
type Field<Name extends string> = readonly [number: number, type: ScalarType | Name, isRepeated?: 'repeated'];
type Messages<Name extends string> = Readonly<Record<Name, Readonly<Record<string, Field<NoInfer<Name>>>>>>;

/**
 * Messages of one format. Fields keep the names of the table in camelCase, 64-bit numbers are bigint, and a field that
 * is given is written even if it is 0.
 */
export class MessageSet<Name extends string> {
  readonly #descriptors: ReadonlyMap<string, DescMessage>;

  /** `packageName` appears only in error messages. */
  constructor(packageName: string, messages: Messages<Name>) {
    const registry = createFileRegistry(
      create(FileDescriptorProtoSchema, {
        name: `${packageName}.proto`,
        package: packageName,
        syntax: 'proto2',
        messageType: Object.entries<Readonly<Record<string, Field<Name>>>>(messages).map(
          ([name, fields]) => ({
            name,
            field: Object.entries(fields).map(([field, description]) =>
              describeField(packageName, field, description),
            ),
          }),
        ),
      }),
      () => undefined,
    );
    this.#descriptors = new Map(
      [...registry].flatMap((type) => (type.kind === 'message' ? [[type.name, type] as const] : [])),
    );
  }

  /** Finds the descriptor of a message. */
  find(name: Name): DescMessage {
    const message = this.#descriptors.get(name);
    if (message === undefined) throw new RangeError(`there is no message ${name}`);
    return message;
  }

  /** Encodes a message. */
  encode(name: Name, fields: Readonly<Record<string, unknown>>): Uint8Array {
    const message = this.find(name);
    return toBinary(message, create(message, { ...fields }));
  }
}

function describeField(
  packageName: string,
  name: string,
  [number, type, isRepeated]: readonly [number: number, type: string, isRepeated?: 'repeated'],
) {
  const { REPEATED, OPTIONAL } = FieldDescriptorProto_Label;
  const label = isRepeated ? REPEATED : OPTIONAL;
  const scalar = new Map<string, FieldDescriptorProto_Type>(Object.entries(scalarTypes)).get(type);
  if (scalar !== undefined) return { name, number, label, type: scalar };
  return {
    name,
    number,
    label,
    type: FieldDescriptorProto_Type.MESSAGE,
    typeName: `.${packageName}.${type}`,
  };
}
