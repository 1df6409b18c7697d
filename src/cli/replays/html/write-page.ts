// The page of a replay: a template that the build has made, with the replay in it as data.
import { readFileSync } from 'node:fs';
import type { Replay } from '../../../shared/replays/replay.ts';

/** Where the template has the replay. */
const place = '<!-- replay -->';

/** In dist/, also for what runs from sources. */
const template = new URL(
  import.meta.url.endsWith('.ts') ? '../../../../dist/replay/page.html' : '../../../replay/page.html',
  import.meta.url,
);

export function readPageTemplate(): string {
  return readFileSync(template, 'utf8');
}

/**
 * Puts a replay into the page. Texts of environments are in it only as JSON, in which no `<` is left: nothing can end
 * the element or begin another one.
 */
export function writePage(page: string, replay: Replay): string {
  const data = JSON.stringify(replay).replaceAll('<', String.raw`\u003c`);
  const element = `<script type="application/json" id="replay">${data}</script>`;
  // A function, because $ has a meaning in replacements.
  return page.replace(place, () => element);
}
