// Commands that read a model take the archive of a server as it was downloaded.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { trainTinyModel } from '../../fixtures/tiny-model.ts';

it('evaluates and exports best.zip like the directory of the model, and names a damaged file', async () => {
  const server = await startTestServer({}, 'real');
  const { id, url } = await trainTinyModel(server);
  const directory = createTemporaryDirectory();
  const archive = new Uint8Array(await (await fetch(`${url}.zip`)).arrayBuffer());
  writeFileSync(join(directory, 'best.zip'), archive);
  const run = (...args: string[]) => runCommand(args, { directory });
  const evaluate = async (model: string) =>
    (await run('evaluate', model, '--episodes', '3', '--seed', '1', '--json')).stdout;

  const source = join(server.data, 'jobs', id, 'best');
  const evaluated = await evaluate('best.zip');
  expect(evaluated).toContain('"episodes":3');
  expect(evaluated).toBe(await evaluate(source));

  expect(await run('export', 'best.zip', '--format', 'onnx')).toEqual({
    code: 0,
    stdout: 'wrote best.onnx\n',
    stderr: '',
  });
  await run('export', source, '--format', 'onnx', '--output', 'same.onnx');
  expect(readFileSync(join(directory, 'best.onnx'))).toEqual(readFileSync(join(directory, 'same.onnx')));

  const middle = Buffer.from(archive).indexOf('modelTopology');
  writeFileSync(join(directory, 'damaged.zip'), archive.with(middle, (archive[middle] ?? 0) ^ 1));
  const { code, stderr } = await run('evaluate', 'damaged.zip');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: model\.json .* checksum/)]);
});
