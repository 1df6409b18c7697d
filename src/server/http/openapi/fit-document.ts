// What the OpenAPI document says of the server that sends it.
import { z } from 'zod';
import { documentSchema, type ApiDocument } from './complete-document.ts';
import { exampleJobId } from './example-job-id.ts';

const schemesSchema = z.record(z.string(), z.looseObject({}));

/** Names the cookie of a session, which is named after the port. */
export function nameCookie(document: ApiDocument, name: string): ApiDocument {
  const { components } = document;
  const { session, ...others } = schemesSchema.parse(components.securitySchemes);
  const securitySchemes = { ...others, session: { ...session, name } };
  return { ...document, components: { ...components, securitySchemes } };
}

/** Replaces the example of a job's id: with the id of a job that exists, calls of /docs work as they stand. */
export function nameJob(document: ApiDocument, id: string): ApiDocument {
  const text = JSON.stringify(document.paths).replaceAll(JSON.stringify(exampleJobId), JSON.stringify(id));
  return { ...document, paths: documentSchema.shape.paths.parse(JSON.parse(text)) };
}
