// Life of a server process: starts the server, even if the start is interrupted, and shuts it down in order.
import closeWithGrace from 'close-with-grace';
import { readServerEnvironment, type ServerSettingsInput } from './config.ts';
import { startServer, type ServerParts } from './main.ts';
import { stopSignals } from './stop-signals.ts';

/** Less than the 10 s that supervisors usually wait before they kill. */
const closeDeadlineMs = 9_000;

/**
 * Starts a server and returns when it listens. When `stop` aborts, before or after that, the server is closed in
 * order and the process exits with 0. An uncaught error does the same, and exits with 1.
 */
export async function serveUntilStopped(
  options: ServerSettingsInput,
  stop: AbortSignal,
  parts: Pick<ServerParts, 'logDestination'> = {},
): Promise<void> {
  const limit = limitStopping(stop);
  const server = await startServer({ ...readServerEnvironment(), ...options }, parts, stop);
  limit.hasStarted = true;
  const grace = closeWithGrace(
    // The first of these signals stops the server. Another one must not interrupt the shutdown.
    { delay: closeDeadlineMs, logger: false, skip: [...stopSignals] },
    async ({ err }) => {
      if (err) server.log.fatal({ err }, 'server stops because of an error');
      await server.close();
      server.log.info('server stopped');
    },
  );
  const close = (): void => {
    server.log.info({ signal: String(stop.reason) }, 'server stops');
    grace.close();
  };
  if (stop.aborted) close();
  else stop.addEventListener('abort', close, { once: true });
}

/** Ends the process if stopping takes too long. */
function limitStopping(stop: AbortSignal): { hasStarted: boolean } {
  const state = { hasStarted: false };
  const begin = (): void => {
    // A server that has not started has nothing to close.
    setTimeout(() => process.exit(state.hasStarted ? 1 : 0), closeDeadlineMs).unref();
  };
  if (stop.aborted) begin();
  else stop.addEventListener('abort', begin, { once: true });
  return state;
}
