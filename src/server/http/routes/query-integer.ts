// Integers in addresses and headers, which arrive as text.
import { z } from 'zod';

/** Accepts decimal digits only: an empty text is not 0, and `1e2` is not 100. */
export const queryInteger = <Range extends z.ZodType<number | undefined>>(range: Range) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    range,
  );
