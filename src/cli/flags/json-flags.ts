// The flag of every command that prints something programs may want to read.
import { z } from 'zod';

/** For a command that prints one thing. */
export const jsonFlag = {
  json: z.boolean().default(false).describe('Print JSON, for programs'),
};

/** For a command that prints as it goes. */
export const jsonLinesFlag = {
  json: z.boolean().default(false).describe('Print JSON, one object per line, for programs'),
};
