// The OpenAPI document, from what the generator makes of the routes' schemas: names, examples, defaults and the form.
import { z } from 'zod';
import { jobDefaults } from '../../../shared/job/job-defaults.ts';
import { describeDefaults } from './describe-defaults.ts';
import { mergeVariants, openObjects, type Json } from './merge-variants.ts';
import { jobFormContent, requestExamples } from './request-examples.ts';
import { webhooks } from './webhooks.ts';

const mediaSchema = z.looseObject({ schema: z.json() });
const operationSchema = z.looseObject({
  operationId: z.string(),
  requestBody: z.looseObject({ content: z.record(z.string(), mediaSchema) }).optional(),
  responses: z.json(),
});
export const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), z.json()) }),
});

const describedSchema = documentSchema.pick({ paths: true }).extend({ webhooks: z.json() });
const optionalSchema = z.object({ anyOf: z.tuple([z.json(), z.object({ type: z.literal('null') })]) });

export type ApiDocument = z.infer<typeof documentSchema>;
type Operation = z.infer<typeof operationSchema>;

/** Throws if an operation has no id: each route names its own. */
export function completeDocument(generated: unknown): ApiDocument {
  const document = documentSchema.parse(generated);
  const paths = mapOperations(document.paths, completeOperation);
  const inputs = new Set(Object.keys(document.components.schemas).filter((name) => name.endsWith('Input')));
  const schemas = Object.entries(document.components.schemas).map(([name, schema]): [string, Json] => [
    name,
    inputs.has(name) ? schema : openObjects(schema),
  ]);
  const described = z.json().parse({ paths, webhooks });
  const merged = mergeVariants(described, Object.fromEntries(schemas));
  return documentSchema.parse({
    ...document,
    ...describedSchema.parse(merged.described),
    components: {
      ...document.components,
      schemas: describeDefaults('JobRequest', merged.schemas, jobDefaults),
    },
  });
}

function mapOperations(
  paths: ApiDocument['paths'],
  change: (operation: Operation) => Operation,
): ApiDocument['paths'] {
  const entries = Object.entries(paths).map(([path, operations]) => {
    const changed = Object.entries(operations).map(([method, operation]) => [method, change(operation)]);
    return [path, Object.fromEntries(changed)] as const;
  });
  return Object.fromEntries(entries);
}

function completeOperation(operation: Operation): Operation {
  return {
    ...operation,
    responses: openObjects(operation.responses),
    ...(operation.requestBody && { requestBody: completeBody(operation.operationId, operation.requestBody) }),
  };
}

function completeBody(
  operationId: string,
  body: NonNullable<Operation['requestBody']>,
): NonNullable<Operation['requestBody']> {
  const examples = requestExamples[operationId];
  const { 'application/json': json, ...others } = body.content;
  const needed = skipNull(json?.schema ?? {});
  return {
    ...body,
    required: needed === json?.schema,
    content: {
      'application/json': { ...json, schema: needed, ...(examples && { examples }) },
      ...others,
      ...(operationId === 'createJob' && { 'multipart/form-data': jobFormContent }),
    },
  };
}

/** The generator writes a body that may be left out as one that may be null. */
function skipNull(schema: Json): Json {
  const read = optionalSchema.safeParse(schema);
  return read.success ? read.data.anyOf[0] : schema;
}
