// Fields of a job in a form, and what a person types into them.

export type FieldKind = 'number' | 'boolean' | 'choice' | 'text' | 'json';

export interface JobField {
  /** For example `stop.maxSteps`. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly options: readonly string[];
  readonly description: string;
  readonly isNullable: boolean;
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
