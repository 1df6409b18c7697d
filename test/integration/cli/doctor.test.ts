// a3c doctor: what it reports of this machine, and of one where something is wrong.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const reportSchema = z.strictObject({
  version: z.string(),
  isSound: z.boolean(),
  findings: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'absent', 'broken']),
      detail: z.string().min(1),
      remedy: z.string().nullable(),
    }),
  ),
});

async function examine(...args: string[]) {
  const directory = createTemporaryDirectory();
  const { code, stdout, stderr } = await runCommand(['doctor', '--json', ...args], { directory });
  expect(stderr).toBe('');
  const report = reportSchema.parse(JSON.parse(stdout));
  const findings = new Map(report.findings.map((finding) => [finding.name, finding]));
  return { code, report, findings };
}

/** Occupies a free port of 127.0.0.1. */
async function occupyPort(): Promise<number> {
  const server = createServer((socket) => socket.end());
  onTestFinished(() => void server.close());
  return await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('a3c doctor', () => {
  it('finds that a server can run here', async () => {
    const { code, report, findings } = await examine('--port', '0');
    expect(code).toBe(0);
    expect(report.isSound).toBe(true);
    for (const name of [
      'node',
      'cores',
      'simd',
      'relaxed simd',
      'kernels',
      'tfjs: wasm',
      'tfjs: cpu',
      'data directory',
      'port',
    ])
      expect(findings.get(name)).toMatchObject({ state: 'ok', remedy: null });
    expect(findings.get('node')?.detail).toBe(process.version);
    expect(findings.get('tfjs: wasm')?.detail).toMatch(/^TensorFlow\.js 4\./);
    // Tests see no native backend.
    expect(findings.get('tfjs: tensorflow')).toEqual({
      name: 'tfjs: tensorflow',
      state: 'absent',
      detail: '@tensorflow/tfjs-node is not installed (npx a3c setup tfjs-node builds it)',
      remedy: 'npx a3c setup tfjs-node',
    });
    for (const name of ['python', 'gymnasium', 'nats'])
      expect(findings.get(name)?.remedy === null).toBe(findings.get(name)?.state === 'ok');
  });

  it('says in words what to do', async () => {
    const directory = createTemporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    const port = await occupyPort();
    const args = ['doctor', '--data', 'file', '--port', String(port)];
    const { code, stdout } = await runCommand(args, { directory });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ {2}data directory {2,}file: file is no directory$/m);
    expect(stdout).toMatch(
      new RegExp(`^✗  port +127\\.0\\.0\\.1:${port}: another program uses this port`, 'm'),
    );
    expect(stdout).toContain('The server cannot run here until what is marked ✗ is mended.');
    expect(stdout).toMatch(/^ {2}port +choose another with --port; 0 takes any free one$/m);
  });

  it('recognizes a server, and where there will be a directory', async () => {
    const { port } = await startTestServer();
    const directory = createTemporaryDirectory();
    mkdirSync(join(directory, 'a'));
    const data = join(directory, 'a', 'b', 'c');
    const { code, findings } = await examine('--data', data, '--port', String(port));
    expect(code).toBe(0);
    expect(findings.get('port')?.detail).toBe(`an a3c-server already listens on 127.0.0.1:${port}`);
    expect(findings.get('data directory')?.detail).toMatch(/will be created, [\d.]+ GiB free$/);
  });
});
