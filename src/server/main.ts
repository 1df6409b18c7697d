// Composition root of the server: builds every part, passes parts as arguments, and closes them in order.
import { rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino, type DestinationStream, type Logger } from 'pino';
import { prepareEventDirectory } from '../shared/curve-files/tensorboard/event-directory.ts';
import { loadEnvironments } from '../shared/environment-modules/load-environments.ts';
import type { EnvironmentRegistry } from '../shared/environments/registry.ts';
import { describeIssues } from '../shared/fields/describe-issues.ts';
import { defaultPython } from '../shared/gymnasium/default-python.ts';
import { GymnasiumSource } from '../shared/gymnasium/gymnasium-source.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import { measureJobMemory } from '../shared/job/machine-memory.ts';
import { waitForNats } from '../shared/nats/wait-for-nats.ts';
import { resolveEntry } from '../shared/program-files/resolve-entry.ts';
import { createAccessRules, hideSecrets } from './access-rules.ts';
import { createClose } from './close-server.ts';
import { capturePrints } from './capture-prints.ts';
import { createClientText } from './client-text.ts';
import { serverSettingsSchema, type ServerSettings, type ServerSettingsInput } from './config.ts';
import { countFileHandles, planFileHandles, type HandlePlan } from './file-handles.ts';
import { buildApp } from './http/app.ts';
import { httpLimits, type HttpLimits } from './http/limits.ts';
import type { AccessRules, App } from './http/services.ts';
import { EventBus } from './jobs/event-bus.ts';
import { EventFiles } from './jobs/event-files.ts';
import { ExperimentService } from './experiments/experiment-service.ts';
import { TuningService } from './experiments/tuning-service.ts';
import { JobIntake } from './jobs/job-intake.ts';
import { JobLedger } from './jobs/job-ledger.ts';
import { JobService } from './jobs/job-service.ts';
import type { JobDispatcher } from './jobs/job-dispatcher.ts';
import { joinCluster } from '../trainer/cluster/join-cluster.ts';
import { estimateMemory } from '../trainer/estimate-memory.ts';
import { ProcessMasterHost } from '../trainer/masters/process-master-host.ts';
import { createTrainerName } from '../trainer/trainer-name.ts';
import { ClusterTraining, type LocalTrainer } from './cluster/cluster-training.ts';
import { Retention } from './jobs/retention.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { RemoteEnvironments } from './remote-environments/remote-environments.ts';
import { closeModelServices, createModelServices } from './model-services.ts';
import type { RunningServer } from './running-server.ts';
import { AddressUnavailableError, InvalidServerSettingsError, PortFileError } from './start-errors.ts';
import { watchStorage } from './store/watch-storage.ts';
import type { JobRecord } from './store/job-record.ts';
import { Store } from './store/store.ts';
import { readVersion } from './version.ts';
import type { WebhookLimits } from './webhooks/webhook-limits.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Replacements for parts of the server, for commands and tests. */
export interface ServerParts {
  readonly masterEntry?: string;
  readonly limits?: Partial<HttpLimits>;
  readonly webhookLimits?: Partial<WebhookLimits>;
  /** Memory for jobs, instead of this machine's. */
  readonly memoryBytes?: number;
  /** Receives the log's lines, as JSON, in place of standard output. */
  readonly logDestination?: DestinationStream | undefined;
  /** Receives the application before it listens: tests inject requests without a socket. */
  readonly onAssembled?: (app: App) => void;
}

/**
 * Starts a server. Throws an AppError with a one-line message if it cannot. A server that is stopped before it has
 * started begins no job.
 */
export async function startServer(
  input: ServerSettingsInput = {},
  parts: ServerParts = {},
  stop: AbortSignal | null = null,
): Promise<RunningServer> {
  const options = readSettings(input);
  const access = createAccessRules(options);
  const { maxRequestsPerSecond, maxActionRequestsPerSecond } = options;
  const given = { ...httpLimits, maxRequestsPerSecond, maxActionRequestsPerSecond, ...parts.limits };
  const handles = shareOutHandles(options, given);
  const limits = limitConnections(given, handles);
  const logOptions = { level: options.logLevel, base: null };
  const log = parts.logDestination ? pino(logOptions, parts.logDestination) : pino(logOptions);
  const remoteEnvironments = new RemoteEnvironments({
    refusal: options.nats === undefined ? null : 'remote environments need a server without --nats',
    maxPeers: limits.maxPeers,
    log,
  });
  const { python = defaultPython } = options;
  const environments = await capturePrints(log, () =>
    loadEnvironments(options.environments, [
      new GymnasiumSource(python, basename(python)),
      remoteEnvironments,
    ]),
  );
  if (options.tensorboard !== undefined) await prepareEventDirectory(options.tensorboard);
  const store = Store.open(options.data);
  if (store.droppedChanges > 0) warnOfDroppedChanges(store.droppedChanges, log);
  try {
    await remoteEnvironments.open(store);
    const assembled = await assemble({
      options,
      access,
      environments,
      remoteEnvironments,
      log,
      store,
      parts,
      limits,
      maxMasters: handles.maxMasters,
    });
    const { app, ledger, dispatcher, training, tunings, models, storage, usage, retention, webhooks } =
      assembled;
    parts.onAssembled?.(app);
    // In a cluster, masters may have outlived the server.
    const requeuedJobs = training === null ? ledger.recover('the server stopped') : 0;
    ledger.releaseHeld();
    await retention.sweep();
    await usage.start();
    await storage.start();
    const port = await listen(app, options);
    const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
    const close = createClose({ ...assembled, store, portFile: options.portFile });
    await writePortFile(options.portFile, port).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    const { maxConnections } = limits;
    log.info({ url, ...hideSecrets(options), port, requeuedJobs, maxConnections }, 'server listens');
    tunings.start();
    models.evaluations.start();
    webhooks.start(ledger);
    if (stop?.aborted) return { url, port, log, close };
    await startTraining(training, options, log).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    dispatcher.schedule();
    return { url, port, log, close };
  } catch (error) {
    remoteEnvironments.close();
    store.close();
    throw error;
  }
}

function readSettings(input: ServerSettingsInput): ServerSettings {
  const parsed = serverSettingsSchema.safeParse(input);
  if (!parsed.success)
    throw new InvalidServerSettingsError(describeIssues(serverSettingsSchema, parsed.error.issues));
  if (!parsed.data.train && parsed.data.nats === undefined) {
    const message = 'without --nats nobody else can train; give the address of NATS, or leave out --no-train';
    throw new InvalidServerSettingsError([{ path: 'train', message }]);
  }
  return parsed.data;
}

function warnOfDroppedChanges(droppedChanges: number, log: Logger): void {
  log.warn(
    { droppedChanges },
    'the newest changes of the database are lost, because a3c.sqlite-wal was damaged; unfinished jobs may be in an earlier state, or missing',
  );
}

interface Assembly {
  readonly options: ServerSettings;
  readonly access: AccessRules;
  readonly environments: EnvironmentRegistry;
  readonly remoteEnvironments: RemoteEnvironments;
  readonly log: Logger;
  readonly store: Store;
  readonly parts: ServerParts;
  readonly limits: HttpLimits;
  readonly maxMasters: number;
}

/** If the system limits file handles, connections and masters get their share of them. */
function shareOutHandles(options: ServerSettings, { maxConnections }: HttpLimits): HandlePlan {
  const wanted = { maxConnections, maxMasters: countWantedMasters(options) };
  const handles = countFileHandles();
  return handles === null ? wanted : planFileHandles(handles, wanted);
}

/** Streams stay open for long. If there are few connections, streams must leave some to other calls. */
function limitConnections(limits: HttpLimits, { maxConnections }: HandlePlan): HttpLimits {
  const maxEventStreams = Math.min(limits.maxEventStreams, Math.ceil(maxConnections / 2));
  return { ...limits, maxConnections, maxEventStreams };
}

/** Each job has at least one worker, and all workers together use at most the number of cores. */
function countWantedMasters({ maxRunningJobs, spareMaster }: ServerSettings): number {
  return Math.min(maxRunningJobs, availableParallelism()) + (spareMaster ? 1 : 0);
}

async function assemble({
  options,
  access,
  environments,
  remoteEnvironments,
  log,
  store,
  parts,
  limits,
  maxMasters,
}: Assembly) {
  const cores = availableParallelism();
  const memoryBytes = parts.memoryBytes ?? measureJobMemory();
  const { maxQueuedJobs, spareMaster } = options;
  const hasAllMasters = maxMasters === countWantedMasters(options);
  const maxRunningJobs = hasAllMasters ? options.maxRunningJobs : maxMasters;
  const { storage, usage } = watchStorage(store, options, log);
  const bus = new EventBus();
  const clientText = createClientText([options.data, ...options.environments]);
  const version = readVersion();
  const webhooks = new Webhooks(options, { store, storage, limits: parts.webhookLimits ?? {}, version, log });
  const ledger = new JobLedger(store, bus, { clientText, states: webhooks.outbox });
  const retention = new Retention({ store, keepMetricPoints: options.keepMetricPoints ?? null, log });
  const eventFiles = createEventFiles(options, ledger, log);
  const observe = eventFiles && ((job: JobRecord) => eventFiles.observe(job));
  const createMasters = (locateJob: (id: string) => string): ProcessMasterHost =>
    new ProcessMasterHost({
      entry: parts.masterEntry ?? fileURLToPath(resolveEntry('../master/main', import.meta.url)),
      keepSpare: spareMaster && hasAllMasters,
      locateJob,
      remote: options.nats === undefined ? null : { servers: options.nats, programVersion: version },
      log,
    });
  const capacity = {
    cores,
    maxRunningJobs,
    memoryBytes,
    estimateMemory: (spec: JobSpec) => estimateMemory(spec, environments),
  };
  const createScheduler = (): Scheduler =>
    new Scheduler({
      ...capacity,
      ledger,
      masters: createMasters((id) => store.directory.jobDirectory(id)),
      environments,
      storage,
      retention,
      observe,
      log,
    });
  const directory = join(options.data, 'trainer');
  const locateTrained = (id: string): string => join(directory, id);
  const createTrainer = (): LocalTrainer => ({
    ...capacity,
    name: createTrainerName(),
    masters: createMasters(locateTrained),
    directory,
    locateJob: locateTrained,
  });
  const { nats: servers, natsRequired: isRequired } = options;
  const training =
    servers === undefined
      ? null
      : new ClusterTraining({
          join: async (signal) =>
            await waitForNats(async () => await joinCluster({ servers, name: 'server', mayCreate: true }), {
              isRequired,
              signal,
              log,
            }),
          store,
          ledger,
          environments,
          observe,
          onEnd: (id) => {
            retention.noteEnd(id);
          },
          programVersion: version,
          trainer: options.train ? createTrainer() : null,
          log,
        });
  const dispatcher: JobDispatcher = training ?? createScheduler();
  const intake = new JobIntake({
    store,
    ledger,
    bus,
    dispatcher,
    storage,
    environments,
    webhooks: webhooks.rules,
    maxQueuedJobs,
    hasNats: options.nats !== undefined,
    // Trainers may have more memory than a server that does not train.
    memoryBytes: options.train ? memoryBytes : Number.POSITIVE_INFINITY,
  });
  const jobs = new JobService({
    store,
    ledger,
    bus,
    dispatcher,
    intake,
    usage,
    environments,
  });
  const experiments = new ExperimentService({ store, intake, jobs });
  const tunings = new TuningService({ store, intake, jobs, bus, environments, log });
  const server = { version, startedAt: new Date().toISOString(), cores, maxRunningJobs };
  const models = createModelServices({ store, bus, jobs, environments, clientText, limits, log });
  const app = await buildApp(
    {
      jobs,
      experiments,
      tunings,
      store,
      bus,
      storage,
      usage,
      environments,
      cluster: training,
      ...models,
      remoteEnvironments,
      webhooks,
      log,
      server,
      clientText,
    },
    access,
    limits,
  );
  app.addHook('onClose', async () => {
    await Promise.all([closeModelServices(models), storage.close(), usage.close()]);
  });
  return {
    app,
    ledger,
    dispatcher,
    training,
    tunings,
    models,
    storage,
    usage,
    retention,
    eventFiles,
    remoteEnvironments,
    webhooks,
  };
}

/** Joins the cluster of --nats: at once if it is required, and otherwise as soon as NATS can be reached. */
async function startTraining(
  training: ClusterTraining | null,
  { natsRequired }: ServerSettings,
  log: Logger,
): Promise<void> {
  const started = training?.start();
  if (natsRequired) await started;
  else
    started?.catch((error: unknown) => {
      log.error({ err: error }, 'jobs cannot be trained in a cluster');
    });
}

function createEventFiles(
  { tensorboard: directory }: ServerSettings,
  ledger: JobLedger,
  log: Logger,
): EventFiles | undefined {
  if (directory === undefined) return undefined;
  return new EventFiles({
    directory,
    warn: (id, warning) => {
      ledger.recordWarning(id, warning);
    },
    log,
  });
}

async function listen(app: App, { host, port }: ServerSettings): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new AddressUnavailableError(host, port, error);
  }
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
}

async function writePortFile(path: string | undefined, port: number): Promise<void> {
  if (path === undefined) return;
  try {
    // A reader that waits for the file must never find it empty.
    await writeFile(`${path}.new`, `${port}\n`);
    await rename(`${path}.new`, path);
  } catch (error) {
    throw new PortFileError(path, error);
  }
}
