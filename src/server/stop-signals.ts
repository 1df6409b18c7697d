// Signals that ask a server to stop. The listener is active before the rest of the server is loaded, so this file has
// no imports.

/** Signals of a supervisor, a terminal, and a terminal that closes. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Aborts at the first signal, with its name as the reason. Further signals change nothing. */
export function listenForStopSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of stopSignals) {
    process.on(signal, () => {
      controller.abort(signal);
    });
  }
  return controller.signal;
}
