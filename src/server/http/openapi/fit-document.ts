// What the OpenAPI document says of the server that sends it.
import { z } from 'zod';
import { documentSchema, type ApiDocument } from './complete-document.ts';
import { exampleIds } from './example-ids.ts';

const schemesSchema = z.record(z.string(), z.looseObject({}));

/** Names the cookie of a session, which is named after the port. */
export function nameCookie(document: ApiDocument, name: string): ApiDocument {
  const { components } = document;
  const { session, ...others } = schemesSchema.parse(components.securitySchemes);
  const securitySchemes = { ...others, session: { ...session, name } };
  return { ...document, components: { ...components, securitySchemes } };
}

/** Ids of what a server has; undefined if it has none. */
export type KnownIds = Readonly<Record<keyof typeof exampleIds, string | undefined>>;

/** Replaces the examples of ids: with ids that exist, calls of /docs work as they stand. */
export function nameIds(document: ApiDocument, known: KnownIds): ApiDocument {
  const { job, experiment, evaluation, tuning } = exampleIds;
  const replaced = [
    [job, known.job],
    [experiment, known.experiment],
    [evaluation, known.evaluation],
    [tuning, known.tuning],
  ] as const;
  const text = replaced.reduce(
    (before, [example, id]) => before.replaceAll(JSON.stringify(example), JSON.stringify(id ?? example)),
    JSON.stringify(document.paths),
  );
  return { ...document, paths: documentSchema.shape.paths.parse(JSON.parse(text)) };
}
