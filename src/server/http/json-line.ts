// JSON answers end like a line, so that the prompt of a shell after curl begins a new one.
import { serializerCompiler } from 'fastify-type-provider-zod';

export function writeJsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** The compiler of the schemas' serializers, whose texts are lines. */
export const lineSerializerCompiler: typeof serializerCompiler = (route) => {
  const serialize = serializerCompiler(route);
  return (data) => `${serialize(data)}\n`;
};
