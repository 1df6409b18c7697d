// Services that the routes use; main.ts builds them.
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { ServerFacts } from '../../shared/api/server-status.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import type { ClusterTraining } from '../cluster/cluster-training.ts';
import type { ClientText } from '../client-text.ts';
import type { EvaluationService } from '../evaluations/evaluation-service.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import type { TuningService } from '../experiments/tuning-service.ts';
import type { EventBus } from '../jobs/event-bus.ts';
import type { JobService } from '../jobs/job-service.ts';
import type { PolicyService } from '../policies/policy-service.ts';
import type { Players } from '../players/players.ts';
import type { RemoteEnvironments } from '../remote-environments/remote-environments.ts';
import type { DiskUsage } from '../store/disk-usage.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

export interface Services {
  readonly jobs: JobService;
  readonly experiments: ExperimentService;
  readonly tunings: TuningService;
  readonly store: Store;
  readonly bus: EventBus;
  readonly storage: Pick<StorageWatch, 'problem'>;
  readonly usage: Pick<DiskUsage, 'sizes' | 'maxBytes'>;
  readonly environments: EnvironmentRegistry;
  readonly webhooks: Pick<Webhooks, 'readFigures'>;
  /** Null: jobs are trained on this machine only. */
  readonly cluster: Pick<ClusterTraining, 'readFigures'> | null;
  readonly players: Players;
  readonly remoteEnvironments: RemoteEnvironments;
  readonly policies: PolicyService;
  readonly evaluations: EvaluationService;
  readonly log: Logger;
  readonly server: ServerFacts;
  /** Removes paths of this machine from a text. */
  readonly clientText: ClientText;
}

/** Rules of the access check. */
export interface AccessRules {
  /** Bearer token for everything; null: calls need no token. */
  readonly token: string | null;
  /** Second bearer token, for read-only access. */
  readonly readToken: string | null;
  /** Third token: its bearer may connect as a remote environment, and do nothing else. */
  readonly peerToken: string | null;
  /** Origins whose pages may call the API, or `*`. */
  readonly corsOrigins: readonly string[];
  /** Proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** Whether only names of this machine are accepted as Host, so that no web page can reach a local server. */
  readonly isLocalOnly: boolean;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
