// Serves the page of this directory and dist/ to browsers on this machine.
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

async function answer(path: string, response: ServerResponse): Promise<void> {
  const type = types[extname(path)];
  if (path === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(await readFile(join(import.meta.dirname, 'index.html')));
  } else if (path === '/page.js') {
    response.setHeader('content-type', 'text/javascript');
    response.end(stripTypeScriptTypes(await readFile(join(import.meta.dirname, 'page.ts'), 'utf8')));
  } else if (path.startsWith('/dist/') && type !== undefined && existsSync(join(root, path))) {
    response.setHeader('content-type', type);
    createReadStream(join(root, path)).pipe(response);
  } else {
    response.writeHead(404).end();
  }
}

/** Starts the server of the page on the loopback address; port 0 takes a free one. */
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
  console.log(`The page is at ${url}/ (stop it with Ctrl-C)`);
}
