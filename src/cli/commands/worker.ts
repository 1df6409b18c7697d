// a3c worker: works for the jobs of a server on this machine, until a signal stops it.
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { lowerPriority } from '../../master/lower-priority.ts';
import { RemoteWorker } from '../../remote-worker/remote-worker.ts';
import { listenForStopSignals } from '../../server/stop-signals.ts';
import { readVersion } from '../../server/version.ts';
import { closeNats } from '../../shared/nats/close-nats.ts';
import { ConnectionWatch } from '../../shared/nats/connection-watch.ts';
import { connectNats } from '../../shared/nats/connect-nats.ts';
import { waitForNats } from '../../shared/nats/wait-for-nats.ts';
import { openProgramLog } from '../serving/open-program-log.ts';
import type { DefineCommand } from '../command-context.ts';
import { natsFlags, readNatsServers } from '../flags/nats-flags.ts';
import { environmentFlags, openEnvironments } from '../environments/environment-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';

const workerOptionsSchema = z.strictObject({
  ...natsFlags,
  job: z.string().min(1).optional().describe('Work for the job with this id only; default: for any job'),
  slots: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(availableParallelism())
    .describe('Number of workers, each on a core'),
  ...environmentFlags,
});

export const defineWorker: DefineCommand = (command) => {
  addSchemaFlags(command, workerOptionsSchema);
  command.action(async () => {
    const stop = listenForStopSignals();
    const options = readSchemaFlags(command, workerOptionsSchema);
    const servers = readNatsServers(command, options);
    lowerPriority();
    const programVersion = readVersion();
    const log = openProgramLog(programVersion);
    const environments = await openEnvironments(options);
    const connection = await waitForNats(async () => await connectNats({ servers, name: 'worker' }), {
      isRequired: options.natsRequired,
      signal: stop,
      log,
    });
    new ConnectionWatch(connection, log);
    const { slots, job: jobId = null } = options;
    const worker = new RemoteWorker({ connection, slots, jobId, programVersion, environments, log });
    stop.addEventListener('abort', () => {
      log.info({ signal: String(stop.reason) }, 'worker stops');
      worker.stop();
    });
    log.info({ slots, ...(jobId !== null && { jobId }) }, 'worker looks for jobs');
    await worker.run();
    await closeNats(connection);
    log.info('worker stopped');
  });
};
