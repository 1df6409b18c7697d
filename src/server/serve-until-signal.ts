// The server as a program: it runs until a signal and leaves nothing behind.
import closeWithGrace from 'close-with-grace';
import { readServerEnvironment, type ServerOptionsInput } from './config.ts';
import { startServer, type RunningServer } from './main.ts';

/** Less than the 10 s that supervisors usually wait before they kill. */
const closeDeadlineMs = 9_000;

/**
 * Starts a server and returns once it listens. From then on SIGTERM and SIGINT close it in order and exit with 0;
 * an error that nobody caught does the same and exits with 1.
 */
export async function serveUntilSignal(options: ServerOptionsInput = {}): Promise<RunningServer> {
  const server = await startServer({ ...readServerEnvironment(), ...options });
  closeWithGrace({ delay: closeDeadlineMs, logger: false }, async ({ err, signal }) => {
    if (err) server.log.fatal({ err }, 'server stops because of an error');
    else server.log.info({ signal }, 'server stops');
    await server.close();
    server.log.info('server stopped');
  });
  return server;
}
