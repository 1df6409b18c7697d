// The programs of the package, imported when they are first called: modules that define environments import this
// package in every worker thread, and a web server's modules would take each of them a third of a second and 50 MB.
// A Node that is too old could not import them.
import type { train as Train } from './master/train.ts';
import type { ServerSettingsInput } from './server/config.ts';
import type { RunningServer } from './server/running-server.ts';
import { requireNode } from './shared/node-version/require-node.ts';

/** Trains a job to its end inside this process; see TrainOptions. */
export const train: typeof Train = async (...args) => {
  requireNode(process.version);
  const program = await import('./master/train.ts');
  return await program.train(...args);
};

/**
 * Starts a server; throws an AppError with one clear line where it cannot. Its own type leads to few others: the types of
 * a web server would take every program that imports this package a second of type checks.
 */
export const startServer = async (settings: ServerSettingsInput = {}): Promise<RunningServer> => {
  requireNode(process.version);
  const program = await import('./server/main.ts');
  return await program.startServer(settings);
};
