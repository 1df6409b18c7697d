// npm run bench:first-view [-- --jobs N --rows N --views N]: how long the dashboard takes to show a server with many
// finished jobs, from the address to the first row of the list, and how much script it loads.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { A3CClient } from '../src/index.ts';
import { startServerProcess } from '../examples/start-server-process.ts';
import { launchChromium } from '../test/fixtures/chromium.ts';
import { measureTimeToSolve } from './measure-server.ts';
import { formatFigure, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '500' },
    rows: { type: 'string', default: '1000000' },
    views: { type: 'string', default: '7' },
  },
});
const [jobs, rows, views] = [Number(values.jobs), Number(values.rows), Number(values.views)];

const width = 20;

/** Copies the only job and its curve until there are as many jobs and rows as wanted. */
function copyJobs(path: string): void {
  const database = new Database(path);
  const columns = (table: string): string[] =>
    database
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table)
      .filter((name) => name !== 'sequence');
  const copy = (table: string, replaced: Readonly<Record<string, string>>): string => {
    const names = columns(table);
    const selected = names.map((name) => replaced[name] ?? `"${name}"`);
    return `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) SELECT ${selected.join(', ')} FROM ${table}`;
  };
  const rowsPerJob = Math.ceil(rows / jobs);
  const first = database.prepare<[], string>('SELECT id FROM jobs').pluck().get() ?? '';
  const newest = database.prepare<[string], number>('SELECT max(steps) FROM metrics WHERE jobId = ?').pluck();
  const lastSteps = newest.get(first) ?? 0;
  const copyJob = database.prepare(`${copy('jobs', { id: '@id' })} WHERE id = @first`);
  const copyRows = database.prepare(
    `${copy('metrics', { jobId: '@id', steps: 'steps + @offset' })} WHERE jobId = @first LIMIT @count`,
  );
  database.transaction(() => {
    for (let job = 1; job < jobs; job += 1) {
      const id = `${first.slice(0, -5)}${String(job).padStart(5, '0')}`;
      copyJob.run({ id, first });
      for (let count = 0; count < rowsPerJob;) {
        const offset = count === 0 ? 0 : lastSteps + count;
        const { changes } = copyRows.run({ id, first, offset: offset * 1000, count: rowsPerJob - count });
        count += changes;
      }
    }
  })();
  const stored = database.prepare<[], number>('SELECT count(*) FROM metrics').pluck().get() ?? 0;
  process.stdout.write(`${jobs} finished jobs, ${stored.toLocaleString('en')} rows of curves\n\n`);
  database.close();
}

const server = await startServerProcess();
const browser = await launchChromium();
try {
  await measureTimeToSolve(new A3CClient({ url: server.url }), 'CartPole-v1', 1);
  copyJobs(join(server.dataDirectory, 'a3c.sqlite'));
  const milliseconds: number[] = [];
  let scriptBytes = 0;
  for (let view = 0; view < views; view += 1) {
    // A context of its own has nothing in its cache.
    const context = await browser.newContext();
    const page = await context.newPage();
    scriptBytes = 0;
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return;
      void request.sizes().then(({ responseBodySize }) => {
        scriptBytes += responseBodySize;
      });
    });
    const startedAt = performance.now();
    await page.goto(server.url);
    await page.locator('tbody tr').first().waitFor();
    milliseconds.push(performance.now() - startedAt);
    await page.waitForTimeout(500);
    await context.close();
  }
  const { median, min, max } = summarize(milliseconds);
  const figures = [median, min, max].map(formatFigure);
  printTableLine(width, { measure: 'first view', unit: 'unit' }, ['median', 'lowest', 'highest']);
  printTableLine(width, { measure: 'list of jobs', unit: 'ms' }, figures);
  printTableLine(width, { measure: 'script, compressed', unit: 'KB' }, [formatFigure(scriptBytes / 1000)]);
} finally {
  await browser.close();
  await server.stop();
}
