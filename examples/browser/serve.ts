// Serves the pages of this directory and dist/ to browsers on this machine.
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join, normalize } from 'node:path';

const root = join(import.meta.dirname, '../..');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};
const pages: Readonly<Record<string, string>> = { '/': 'index.html', '/train.html': 'train.html' };
const scripts = ['/page.ts', '/train.ts', '/player.ts', '/elements.ts', '/curve.ts'];

/** With these headers, a page may share memory with its Web Workers: training needs it. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

async function answer(path: string, response: ServerResponse): Promise<void> {
  const type = types[extname(path)];
  const page = pages[path];
  for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
  if (page !== undefined) {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(await readFile(join(import.meta.dirname, page)));
  } else if (scripts.includes(path)) {
    response.setHeader('content-type', 'text/javascript');
    response.end(stripTypeScriptTypes(await readFile(join(import.meta.dirname, path), 'utf8')));
  } else if (path.startsWith('/dist/') && type !== undefined && existsSync(join(root, path))) {
    response.setHeader('content-type', type);
    createReadStream(join(root, path)).pipe(response);
  } else {
    response.writeHead(404).end();
  }
}

/** Starts the server of the pages on the loopback address; port 0 takes a free one. */
export async function servePage(port: number): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    answer(normalize(pathname), response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://127.0.0.1:${bound}`, server };
}

if (import.meta.main) {
  const { url } = await servePage(Number(process.env.PORT ?? 8081));
  console.log(
    `A trained policy plays at ${url}/, and a policy learns at ${url}/train.html (stop with Ctrl-C)`,
  );
}
