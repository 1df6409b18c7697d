// The signals that ask a server to stop. They are heard before anything else of it is loaded, so it imports nothing.

/** What a supervisor, a terminal and a terminal that closes send. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Aborts at the first of them, with its name as the reason; more of them change nothing. */
export function listenForStopSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of stopSignals) {
    process.on(signal, () => {
      controller.abort(signal);
    });
  }
  return controller.signal;
}
