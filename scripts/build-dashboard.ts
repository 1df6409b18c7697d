// Build of the dashboard, with a compressed file beside each that a browser loads.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Builds `web/` into `directory`. */
export async function buildDashboard(directory: string): Promise<void> {
  await build({
    configFile: join(import.meta.dirname, '../web/vite.config.ts'),
    build: { outDir: directory },
  });
  const assets = join(directory, 'assets');
  for (const name of readdirSync(assets)) {
    const content = readFileSync(join(assets, name));
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}
