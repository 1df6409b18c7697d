import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createJsonDisplay } from '../../../src/cli/training/json-display.ts';
import { TextDisplay } from '../../../src/cli/training/text-display.ts';

const warning = { code: 'NO_EPISODE_ENDED', message: 'no episode has ended' };

it('is a line of text for a person', () => {
  const written: string[] = [];
  const output = {
    isTTY: false,
    columns: 80,
    write: (text: string | Uint8Array) => {
      written.push(String(text));
      return true;
    },
  };
  new TextDisplay({ output, isVerbose: true, now: () => 0 }).onWarning(warning);
  expect(written).toEqual(['warning: no episode has ended\n']);
});

it('is an object of its own for a program', () => {
  const output = new PassThrough({ encoding: 'utf8' });
  createJsonDisplay(output, () => 0).onWarning?.(warning);
  const object: unknown = JSON.parse(String(output.read()));
  expect(object).toEqual({ type: 'warning', ...warning });
});
