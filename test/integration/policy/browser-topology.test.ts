// Policies on TensorFlow.js in a real browser, bundled as the page of a user would be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/node.ts';
import { inspectTopology } from '../../../src/shared/engines/tfjs/inspect-topology.ts';
import { startBackend } from '../../../src/shared/engines/tfjs/start-backend.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { drawModel } from '../../fixtures/model-files.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';
import { createNormalizedTopology } from '../../fixtures/topologies/example-topologies.ts';

const dist = join(import.meta.dirname, '../../../dist');
const kernels = ['kernels.wasm', 'kernels-simd.wasm'] as const;

const observations = Array.from({ length: 40 }, (_, index) =>
  [1, 2, 3, 4].map((factor) => 3 * Math.sin(index * factor)),
);

/** Bundles the package's module for browsers with what it imports when it is asked for TensorFlow.js. */
async function bundlePage(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const build = await rolldown({
    input: join(dist, 'policy/browser.js'),
    platform: 'browser',
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}

const types: Readonly<Record<string, string>> = {
  '': 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
  zip: 'application/zip',
};

async function serve(files: ReadonlyMap<string, string | Uint8Array>): Promise<string> {
  return await serveHttp(({ url = '/' }, response) => {
    const file = files.get(url);
    const [, ending = ''] = url.split('.');
    response
      .writeHead(file === undefined ? 404 : 200, { 'content-type': types[ending] ?? 'text/plain' })
      .end(file ?? '');
  });
}

describe.skipIf(chromiumPath === null)('loadPolicy in a browser', () => {
  it('computes a topology on TensorFlow.js, with the actions of Node', { timeout: 180_000 }, async () => {
    await startBackend('cpu');
    const modelTopology = createNormalizedTopology([4], 2);
    const modelDescription = await inspectTopology(modelTopology);
    const { files } = drawModel({ network: { modelTopology, modelDescription } }, cartPoleV1, 4);
    const archive = zipSync(Object.fromEntries(files));
    const policy = await loadPolicy(archive);
    const expected = observations.map((observation) => policy.predict(observation).action);
    expect(new Set(expected).size).toBe(2);

    const bundle = await bundlePage();
    const served = new Map<string, string | Uint8Array>([
      ...bundle,
      ['/', '<!doctype html>'],
      ['/model.zip', archive],
    ]);
    for (const name of kernels)
      served.set(`/kernels/${name}`, readFileSync(join(dist, 'shared/engines/wasm/kernels', name)));
    const url = await serve(served);
    const page = await (await startChromium()).newPage();
    await page.goto(url);
    const answer = await page.evaluate(`(async () => {
      const { loadPolicy } = await import('/browser.js');
      const policy = await loadPolicy('${url}/model.zip');
      const actions = ${JSON.stringify(observations)}.map((observation) => policy.predict(observation).action);
      return { engine: policy.engine, actions };
    })()`);
    expect(answer).toEqual({ engine: 'tfjs', actions: expected });
  });
});
