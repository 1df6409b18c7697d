import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PrintedOutput } from '../../../../src/trainer/masters/printed-output.ts';

const lineSchema = z.object({
  level: z.number(),
  msg: z.string(),
  output: z.string().optional(),
  droppedLines: z.int().optional(),
});

function createOutput() {
  const written: string[] = [];
  const log = pino({ base: null }, { write: (line) => void written.push(line) });
  const clock = { nowMs: 0 };
  const output = new PrintedOutput({ log, now: () => clock.nowMs });
  const read = () => written.map((line) => lineSchema.parse(JSON.parse(line)));
  return { output, clock, read, written };
}

const outputs = (lines: ReturnType<ReturnType<typeof createOutput>['read']>) =>
  lines.map(({ output }) => output);

describe('what is printed', () => {
  it('is logged line by line, however it comes', () => {
    const { output, read } = createOutput();
    for (const part of ['one', ' line\ntwo', '\r\n\n', 'the last']) output.write(Buffer.from(part));
    output.end();
    expect(outputs(read())).toEqual(['one line', 'two', '', 'the last']);
    expect(new Set(read().map(({ level, msg }) => `${level} ${msg}`))).toEqual(
      new Set(['30 environment printed']),
    );
  });

  it('is a field and never a line of the log', () => {
    const { output, read, written } = createOutput();
    const forged = '{"level":60,"msg":"forged"}';
    output.write(Buffer.from(`${forged}\n\u001b[2J\u009b2J\u2028\u202e\u0000"\\\n`));
    output.write(Buffer.of(0xff, 0xfe, 0x0a));
    expect(outputs(read())[0]).toBe(forged);
    for (const line of written)
      expect(line).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]*\n$/);
  });

  it('has long lines cut and counted, without keeping them', () => {
    const { output, read } = createOutput();
    for (let part = 0; part < 100; part += 1) output.write(Buffer.alloc(10_000, 'x'));
    output.write(Buffer.from('\nshort\n'));
    expect(outputs(read())).toEqual([`${'x'.repeat(2_000)}… 998,000 more characters`, 'short']);
  });

  it('is dropped and counted where there is too much of it, until it is less', () => {
    const { output, clock, read } = createOutput();
    const flood = Buffer.from('flood\n'.repeat(1_000));
    output.write(flood);
    expect(read()).toHaveLength(100);
    clock.nowMs = 9_999;
    output.write(flood);
    expect(read()).toHaveLength(100);
    clock.nowMs = 10_000;
    output.write(Buffer.from('again\n'));
    expect(read().slice(100)).toMatchObject([{ droppedLines: 1_900 }, { output: 'again' }]);
    output.write(flood);
    output.end();
    expect(read().at(-1)).toMatchObject({ droppedLines: 901 });
  });
});
