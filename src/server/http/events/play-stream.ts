// Stream of a policy's steps for one reader, at the reader's speed.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ClientText } from '../../client-text.ts';
import type { Player, Players } from '../../players/players.ts';
import type { HttpLimits } from '../limits.ts';
import { watchReader } from '../stall-watch.ts';

export interface PlayStreamOptions {
  readonly players: Pick<Players, 'release' | 'end'>;
  readonly player: Player;
  readonly stepsPerSecond: number;
  /** The stream ends after this many steps; null: never. */
  readonly steps: number | null;
  readonly limits: Pick<HttpLimits, 'heartbeatMs' | 'stallLimitMs'>;
  readonly clientText: ClientText;
  /** Called if the reader takes nothing; must close the connection. */
  readonly onStall: () => void;
}

/** Steps are asked for, and sent, in groups: about this many in a second. */
const groupsPerSecond = 30;

/** Creates the stream. The player is kept after the steps that were asked for, and ends if its reader goes away. */
export function createPlayStream(options: PlayStreamOptions): Readable {
  const { players, player, limits, onStall } = options;
  const abort = new AbortController();
  const chunks = generateChunks(options, abort.signal);
  const rules = { stallLimitMs: limits.stallLimitMs, onStall };
  const stream = Readable.from(watchReader(chunks, rules), { objectMode: false });
  let isComplete = false;
  stream.once('end', () => {
    isComplete = true;
  });
  stream.once('close', () => {
    abort.abort();
    if (isComplete) players.release(player);
    else players.end(player);
  });
  return stream;
}

async function* generateChunks(
  { player, stepsPerSecond, steps, limits, clientText }: PlayStreamOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const { id } = player;
  yield formatMessage('player', JSON.stringify({ id }));
  const group = Math.max(1, Math.round(stepsPerSecond / groupsPerSecond));
  let left = steps ?? Infinity;
  let dueMs = performance.now();
  try {
    while (left > 0 && !signal.aborted) {
      const asked = Math.min(group, left);
      const advanced = player.process.advance(asked);
      while (!(await isSettledWithin(advanced, limits.heartbeatMs))) yield ': heartbeat\n\n';
      const texts = await advanced;
      yield texts.map((text) => formatMessage('step', text)).join('');
      left -= asked;
      // A reader that was slow for a while does not get the missed steps at once.
      dueMs = Math.max(performance.now(), dueMs + (asked * 1000) / stepsPerSecond);
      if (left > 0)
        await sleep(dueMs - performance.now(), undefined, { signal, ref: false }).catch(() => undefined);
    }
  } catch (error) {
    const { code, message } = AppError.is(error)
      ? error
      : { code: 'INTERNAL_ERROR', message: 'the player failed' };
    yield formatMessage('failed', JSON.stringify({ code, message: clientText(message) }));
  }
}

async function isSettledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(timeoutMs, false, { signal: timer.signal, ref: false }).catch(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([settled, timeout]);
  timer.abort();
  return result;
}

/** `data` is JSON in one line. */
function formatMessage(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
