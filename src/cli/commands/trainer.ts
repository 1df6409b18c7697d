// a3c trainer: takes jobs of a server on other machines and trains them here, until a signal stops it.
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { listenForStopSignals } from '../../server/stop-signals.ts';
import { readVersion } from '../../server/version.ts';
import { measureJobMemory } from '../../shared/job/machine-memory.ts';
import { closeNats } from '../../shared/nats/close-nats.ts';
import { ConnectionWatch } from '../../shared/nats/connection-watch.ts';
import { waitForNats } from '../../shared/nats/wait-for-nats.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import { joinCluster } from '../../trainer/cluster/join-cluster.ts';
import { estimateMemory } from '../../trainer/estimate-memory.ts';
import { ProcessMasterHost } from '../../trainer/masters/process-master-host.ts';
import { createTrainerName } from '../../trainer/trainer-name.ts';
import { Trainer } from '../../trainer/trainer.ts';
import type { DefineCommand } from '../command-context.ts';
import { natsFlags, readNatsServers } from '../flags/nats-flags.ts';
import { environmentFlags, openEnvironments } from '../environments/environment-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { maxRunningJobsSchema } from '../../trainer/max-running-jobs.ts';
import { keepYoungGeneration } from '../serving/keep-young-generation.ts';
import { openProgramLog } from '../serving/open-program-log.ts';

const trainerOptionsSchema = z.strictObject({
  ...natsFlags,
  data: z
    .string()
    .min(1)
    .default('./a3c-trainer')
    .describe('Directory for the files of jobs while they train; created if missing'),
  maxRunningJobs: maxRunningJobsSchema,
  ...environmentFlags,
});

export const defineTrainer: DefineCommand = (command) => {
  addSchemaFlags(command, trainerOptionsSchema);
  command.action(async () => {
    keepYoungGeneration();
    const stop = listenForStopSignals();
    const options = readSchemaFlags(command, trainerOptionsSchema);
    const servers = readNatsServers(command, options);
    const programVersion = readVersion();
    const log = openProgramLog(programVersion);
    const environments = await openEnvironments(options);
    await mkdir(options.data, { recursive: true });
    const cluster = await waitForNats(
      async () => await joinCluster({ servers, name: 'trainer', mayCreate: false }),
      { isRequired: options.natsRequired, signal: stop, log },
    );
    new ConnectionWatch(cluster.connection, log);
    const locateJob = (id: string): string => join(options.data, id);
    const trainer = new Trainer({
      cluster,
      name: createTrainerName(),
      masters: new ProcessMasterHost({
        entry: fileURLToPath(resolveEntry('../../master/main', import.meta.url)),
        keepSpare: true,
        locateJob,
        remote: { servers, programVersion },
        log,
      }),
      locateJob,
      environments,
      programVersion,
      cores: availableParallelism(),
      maxRunningJobs: options.maxRunningJobs,
      memoryBytes: measureJobMemory(),
      estimateMemory: (spec) => estimateMemory(spec, environments),
      log,
    });
    stop.addEventListener('abort', () => {
      log.info({ signal: String(stop.reason) }, 'trainer stops');
      trainer.stop();
    });
    await trainer.run();
    await closeNats(cluster.connection);
    log.info('trainer stopped');
  });
};
