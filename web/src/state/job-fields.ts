// Fields of a job, from the schema that the server checks jobs with.
import { call } from '../api.ts';

/** The parts of a JSON schema that the form uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface OpenApi {
  readonly paths: {
    readonly '/jobs': {
      readonly post: {
        readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
      };
    };
  };
}

export type FieldKind = 'number' | 'boolean' | 'choice' | 'text' | 'json';

export interface JobField {
  /** For example `stop.maxSteps`. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly options: readonly string[];
  readonly description: string;
  readonly isNullable: boolean;
}

/** Throws CallError. */
export async function readJobFields(): Promise<readonly JobField[]> {
  const { paths } = await call<OpenApi>('openapi.json');
  const { content } = paths['/jobs'].post.requestBody;
  const schema = content['application/json']?.schema;
  return schema === undefined ? [] : listFields(schema, '');
}

function listFields(schema: Schema, prefix: string): JobField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const inner = skipNull(field);
    if (inner.type === 'object' && inner.properties !== undefined) return listFields(inner, path);
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

/**
 * Reads what a person has typed. Text that is no number is kept as it is: the server says what is wrong with it. Throws a
 * SyntaxError for text that is no JSON where JSON is needed.
 */
export function parseField({ kind, isNullable }: JobField, text: string): unknown {
  const trimmed = text.trim();
  if (isNullable && trimmed === 'null') return null;
  switch (kind) {
    case 'number':
      return Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
    case 'boolean':
      return trimmed === 'true';
    case 'choice':
    case 'text':
      return text;
    case 'json': {
      const value: unknown = JSON.parse(trimmed);
      return value;
    }
  }
}

export function formatField(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
