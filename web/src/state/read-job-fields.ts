// Fields of a job, from the schema that the server checks jobs with.
import { call } from '../api.ts';
import type { FieldKind, JobField } from './job-fields.ts';

/** The parts of a JSON schema that the form uses. */
interface Schema {
  /** Place of a named schema, which stands for this one. */
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

type NamedSchemas = Readonly<Record<string, Schema>>;

interface OpenApi {
  readonly components: { readonly schemas: NamedSchemas };
  readonly paths: {
    readonly '/jobs': {
      readonly post: {
        readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
      };
    };
  };
}

/** Throws CallError. */
export async function readJobFields(): Promise<readonly JobField[]> {
  const { paths, components } = await call<OpenApi>('openapi.json');
  const { content } = paths['/jobs'].post.requestBody;
  const schema = content['application/json']?.schema;
  return schema === undefined ? [] : new FieldList(components.schemas).list(schema, '');
}

class FieldList {
  readonly #schemas: NamedSchemas;

  constructor(schemas: NamedSchemas) {
    this.#schemas = schemas;
  }

  list(schema: Schema, prefix: string): JobField[] {
    return Object.entries(this.#resolve(schema).properties ?? {}).flatMap(([name, given]) => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      const field = this.#resolve(given);
      const inner = this.#resolve(skipNull(field));
      if (inner.type === 'object' && inner.properties !== undefined) return this.list(inner, path);
      return [
        {
          path,
          kind: findKind(inner),
          options: (inner.enum ?? []).map(String),
          description: field.description ?? inner.description ?? '',
          isNullable: inner !== field || listTypes(inner).includes('null'),
        },
      ];
    });
  }

  /** What a schema says itself goes before what its named schema says. */
  #resolve(schema: Schema): Schema {
    const { $ref, ...own } = schema;
    const named = $ref === undefined ? undefined : this.#schemas[$ref.slice($ref.lastIndexOf('/') + 1)];
    return named === undefined ? schema : { ...this.#resolve(named), ...own };
  }
}

/** What a nullable field is besides null. */
function skipNull(schema: Schema): Schema {
  const others = (schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  const [only] = others;
  return others.length === 1 && only !== undefined ? only : schema;
}

const kinds: Readonly<Record<string, FieldKind>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  string: 'text',
};

function findKind(schema: Schema): FieldKind {
  if (schema.enum !== undefined) return 'choice';
  return kinds[listTypes(schema).find((type) => type !== 'null') ?? ''] ?? 'json';
}

function listTypes({ type }: Schema): readonly string[] {
  return type === undefined ? [] : [type].flat();
}
