// Services that let trained models act: players for those who watch, policies for those who ask, and evaluations.
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { EnvironmentRegistry } from '../shared/environments/registry.ts';
import { resolveEntry } from '../shared/program-files/resolve-entry.ts';
import type { ClientText } from './client-text.ts';
import { EvaluationService } from './evaluations/evaluation-service.ts';
import type { HttpLimits } from './http/limits.ts';
import type { EventBus } from './jobs/event-bus.ts';
import type { JobService } from './jobs/job-service.ts';
import { Players } from './players/players.ts';
import { PolicyService } from './policies/policy-service.ts';
import type { Store } from './store/store.ts';

export interface ModelServicesOptions {
  readonly store: Store;
  readonly bus: EventBus;
  readonly jobs: Pick<JobService, 'get'>;
  readonly environments: EnvironmentRegistry;
  readonly clientText: ClientText;
  readonly limits: HttpLimits;
  readonly log: Logger;
}

export interface ModelServices {
  readonly players: Players;
  readonly policies: PolicyService;
  readonly evaluations: EvaluationService;
}

export function createModelServices(options: ModelServicesOptions): ModelServices {
  const { store, bus, jobs, limits, log } = options;
  const findProgram = (path: string): string => fileURLToPath(resolveEntry(path, import.meta.url));
  const findJob: JobService['get'] = (id) => jobs.get(id);
  const players = new Players({
    entry: findProgram('../player/main'),
    maxPlayers: limits.maxPlayers,
    idleMs: limits.playerIdleMs,
    log,
  });
  const policies = new PolicyService({
    artifacts: store.artifacts,
    bus,
    hasJob: (id) => store.jobs.findState(id) !== null,
    findJob,
    maxBytes: limits.maxPolicyBytes,
    maxPolicies: limits.maxPolicies,
    maxWaiting: limits.maxWaitingActions,
    log,
  });
  const evaluations = new EvaluationService({
    ...options,
    entry: findProgram('../player/evaluation'),
    findJob,
    maxPlayed: limits.maxEvaluations,
    maxQueued: limits.maxQueuedEvaluations,
  });
  return { players, policies, evaluations };
}

export async function closeModelServices({ players, policies, evaluations }: ModelServices): Promise<void> {
  players.close();
  evaluations.close();
  await policies.close();
}
