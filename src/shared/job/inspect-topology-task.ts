// Entry of a thread that inspects one topology, given as its data.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { inspectTopology } from '../engines/tfjs/inspect-topology.ts';
import { createErrorRecord } from '../errors/error-record.ts';

try {
  const topology = z.record(z.string(), z.unknown()).parse(workerData);
  parentPort?.postMessage({ description: await inspectTopology(topology), error: null });
} catch (error) {
  parentPort?.postMessage({ description: null, error: createErrorRecord(error) });
}
