// The server's log for people.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createPeopleLog } from '../../../src/cli/serving/people-log.ts';

function openLog(hasColors = false) {
  const lines: string[] = [];
  const write = (text: string): void => {
    lines.push(text);
  };
  const log = pino({ base: null }, createPeopleLog({ version: '1.2.3', write, hasColors }));
  return { log, lines };
}

describe('the log for people', () => {
  it('greets with the address and what to do next', () => {
    const { log, lines } = openLog();
    log.info({ url: 'http://127.0.0.1:9000', port: 9000, data: '/data', requeuedJobs: 2 }, 'server listens');
    const [greeting = ''] = lines;
    expect(greeting).toContain('a3c-server 1.2.3 listens at http://127.0.0.1:9000\n');
    expect(greeting).toContain('npx a3c jobs start CartPole-v1 --watch --url http://127.0.0.1:9000\n');
    expect(greeting).toContain('Data is kept in /data; 2 unfinished jobs go on.');
    expect(greeting).not.toContain('A3C_TOKEN');
    log.info({ url: 'http://127.0.0.1:8080', data: '/data', token: '[hidden]' }, 'server listens');
    expect(lines[1]).toContain('npx a3c jobs start CartPole-v1 --watch\n');
    expect(lines[1]).toContain('curl -H "Authorization: Bearer $A3C_TOKEN" -X POST');
  });

  it('says in a line what happened, and marks what is wrong', () => {
    const { log, lines } = openLog();
    log
      .child({ jobId: 'job_1' })
      .info({ state: 'succeeded', stateReason: 'ran out of steps' }, 'master ended');
    log.warn({ maxConnections: 5 }, 'connections are refused');
    log.error({ err: new Error('no space') }, 'scheduling failed');
    expect(lines.map((line) => line.slice(8))).toEqual([
      '  master ended: jobId job_1, state succeeded, stateReason "ran out of steps"\n',
      '  warning connections are refused: maxConnections 5\n',
      '  error scheduling failed: err "no space"\n',
    ]);
    expect(lines.every((line) => /^\d\d:\d\d:\d\d {2}/.test(line))).toBe(true);
  });

  it('lets no text of an environment act on the terminal, and colours only where they are shown', () => {
    const { log, lines } = openLog(true);
    log.info({ output: ['\u001b[2Jcleared\n', 'server listens'] }, 'environment printed');
    expect(lines[0]).toContain('output ["\\u001b[2Jcleared\\n","server listens"]');
    log.warn('careful');
    expect(lines[1]).toContain('\u001b[33mwarning\u001b[0m careful');
  });
});
