// Forms in pieces of every size, whole and cut off: each is received or refused, and none waits for ever.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { receiveForm, type ReceivedForm } from '../../../../../src/server/http/uploads/receive-form.ts';
import { createTemporaryDirectory } from '../../../../fixtures/temporary-store.ts';

const content = '{"a":1}';
const hash = createHash('sha256').update(content).digest('hex');

function write(names: readonly string[], end: string): string {
  const parts = names.map(
    (name) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`,
  );
  return parts.join('') + end;
}

function cut(text: string, size: number): Readable {
  const pieces: Buffer[] = [];
  for (let index = 0; index < text.length; index += size)
    pieces.push(Buffer.from(text.slice(index, index + size)));
  return Readable.from(pieces);
}

async function receive(text: string, size: number, path: string): Promise<ReceivedForm> {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const payload = cut(text, size);
  return await receiveForm({ headers, payload }, path, { maxJobBytes: 100, maxModelBytes: 100 });
}

const sizes = [1, 7, 1_000];
const ends = ['--x--\r\n', '', '--x\r\n', '--x'];
const wrong = [
  [],
  ['job'],
  ['model'],
  ['x'],
  ['', 'model'],
  ['', '', 'model'],
  ['job', 'job', 'model'],
  ['model', 'model'],
  ['model', '', 'job'],
  ['job', 'model', 'x', 'y'],
];

describe.each(sizes)('a form in pieces of %i bytes', (size) => {
  it.each([
    ['job', 'model'],
    ['model', 'job'],
  ])('is received: %s, %s', async (...names) => {
    const path = join(createTemporaryDirectory(), 'model.zip');
    expect(await receive(write(names, '--x--\r\n'), size, path)).toEqual({ job: content, sha256: hash });
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each(wrong.flatMap((names) => ends.map((end) => ({ names, end }))))(
    'is refused: $names and then $end',
    async ({ names, end }) => {
      const path = join(createTemporaryDirectory(), 'model.zip');
      await expect(receive(write(names, end), size, path)).rejects.toThrow(/^the form /);
      expect(existsSync(path)).toBe(false);
    },
  );

  it('is refused if it ends early or has one part too many', async () => {
    const path = join(createTemporaryDirectory(), 'model.zip');
    for (const end of [
      '',
      '--x\r\n',
      '--x\r\ncontent-disposition: form-data; name="x"\r\n\r\n\r\n--x--\r\n',
    ]) {
      await expect(receive(write(['job', 'model'], end), size, path)).rejects.toThrow(/^the form (is|has)/);
      expect(existsSync(path)).toBe(false);
    }
  });

  it('is refused if a part is too large', async () => {
    const path = join(createTemporaryDirectory(), 'model.zip');
    const text = write(['job', 'model'], '--x--\r\n').replaceAll(content, content.repeat(20));
    await expect(receive(text, size, path)).rejects.toThrow(
      'the part `job` of the form has more than 100 bytes',
    );
    expect(existsSync(path)).toBe(false);
  });
});
