// Serves the pages of this directory and of the web game, and dist/, to browsers on this machine.
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join, normalize } from 'node:path';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.json': 'application/json',
  '.bin': 'application/octet-stream',
  '.zip': 'application/zip',
};
/** Pages and their scripts by path, and where they are in examples/. */
const pages: Readonly<Record<string, string>> = {
  '/': 'browser/index.html',
  '/train.html': 'browser/train.html',
  '/game/': 'web-game/index.html',
};
const scripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['page', 'train', 'player', 'elements', 'curve'].map((name) => [`/${name}.ts`, `browser/${name}.ts`]),
  ),
  '/game/page.ts': 'web-game/page.ts',
  '/game/rules.ts': 'web-game/rules.ts',
};

/** With these headers, a page may share memory with its Web Workers: training needs it. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Files that are sent as they are: the built package, and the model of the web game. */
function locateFile(path: string): string | null {
  if (path.startsWith('/dist/')) return join(root, path);
  return path.startsWith('/game/model/') ? join(examples, 'web-game', path.slice('/game/'.length)) : null;
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const type = types[extname(path)];
  const page = pages[path];
  const script = scripts[path];
  const file = locateFile(path);
  for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
  if (page !== undefined) {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(await readFile(join(examples, page)));
  } else if (script !== undefined) {
    response.setHeader('content-type', 'text/javascript');
    response.end(stripTypeScriptTypes(await readFile(join(examples, script), 'utf8')));
  } else if (file !== null && type !== undefined && existsSync(file)) {
    response.setHeader('content-type', type);
    createReadStream(file).pipe(response);
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
    `A trained policy plays at ${url}/, a policy learns at ${url}/train.html, and the game of examples/web-game is at ${url}/game/ (stop with Ctrl-C)`,
  );
}
