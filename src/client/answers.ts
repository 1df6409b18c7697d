// Test of answers. It tests only whether an answer can be meant: the schemas and zod would be nine tenths of the client,
// and the server has already tested what it sends.
import { A3CAnswerError } from './client-errors.ts';

/** A kind of answer, by the fields that every answer of this kind has. */
export interface AnswerKind<Answer> {
  /** Its name in errors, e.g. `a job`. */
  readonly name: string;
  readonly fields: readonly Extract<keyof Answer, string>[];
}

/** Parses an answer. Throws A3CAnswerError if it is not JSON, or lacks a field of its kind. */
export function readAnswer<Answer>(kind: AnswerKind<Answer>, text: string): Answer {
  const json = parseJson(text);
  if (isOfKind(kind, json)) return json;
  throw new A3CAnswerError(
    `the answer is not ${kind.name}: it must have ${kind.fields.join(', ')}. Is it a server of a3c-server, of this version or a later one?`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new A3CAnswerError(`the answer is not JSON: ${text.slice(0, 60)}`, { cause: error });
  }
}

function isOfKind<Answer>({ fields }: AnswerKind<Answer>, json: unknown): json is Answer {
  return typeof json === 'object' && json !== null && fields.every((field) => field in json);
}
