// Build of the page that `a3c play --output replay.html` writes: one file, with its style and its script.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const web = join(import.meta.dirname, '../web/src');
const styles = ['styles/base.css', 'styles/controls.css', 'styles/views.css', 'replay/replay.css'];

/** Writes the page into `directory`. `a3c play` puts the replay into it. */
export async function buildReplayPage(directory: string): Promise<void> {
  const style = styles.map((name) => readFileSync(join(web, name), 'utf8')).join('');
  const script = await bundleScript();
  if (/<\/(script|style)|<!--/i.test(style + script)) throw new Error('the page would end in its script');
  // Nothing else can run, whatever stands in the replay, and nothing can be loaded.
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}" />`,
    style: `<style>${style}</style>`,
    script: `<script>${script}</script>`,
  };
  const page = readFileSync(join(web, 'replay/page.html'), 'utf8').replaceAll(
    /<!-- (\w+) -->/g,
    (comment, name: string) => parts[name] ?? comment,
  );
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'page.html'), page);
}

async function bundleScript(): Promise<string> {
  const build = await rolldown({ input: join(web, 'replay/main.ts'), platform: 'browser' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code.trim();
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
