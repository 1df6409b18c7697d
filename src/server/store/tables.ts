// Tables as kysely types; migrations.ts creates them.
import type { Measured } from '../../shared/measures/measured.ts';
import type { Generated } from 'kysely';

export interface JobsTable {
  /** Order of posting, used by the queue and the pages. */
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly name: string | null;
  readonly environment: string;
  readonly algorithm: string;
  readonly workers: number;
  readonly state: string;
  readonly stateReason: string | null;
  /** The limit that ended a succeeded job. */
  readonly endedBy: string | null;
  readonly spec: string;
  readonly figures: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly attempt: Generated<number>;
  readonly masterDeaths: Generated<number>;
  readonly error: string | null;
  readonly bestModelSteps: number | null;
  readonly latestModelSteps: number | null;
  readonly lastEventId: Generated<number>;
  readonly checkpointSteps: number | null;
  readonly checkpointTime: string | null;
  /** 1: paused because nothing could be stored; continues by itself. */
  readonly isHeld: Generated<number>;
  readonly warnings: Generated<string>;
  readonly engine: string | null;
  readonly changes: Generated<string>;
  readonly experimentId: string | null;
  /** Place of the variation of an experiment, or of the trial of a tuning. */
  readonly variation: number | null;
  readonly rung: number | null;
}

export interface ExperimentsTable {
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly request: string;
  readonly requestHash: string;
  readonly idempotencyKey: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface EventsTable {
  readonly jobId: string;
  readonly id: number;
  readonly type: string;
  readonly time: string;
  readonly data: string;
}

export interface MetricsTable extends Readonly<Measured> {
  readonly jobId: string;
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  readonly elapsedSeconds: number;
  readonly stepsPerSecond: number;
  readonly movingAverage: number | null;
  readonly exponentialMovingAverage: number | null;
  readonly evaluation: number | null;
  readonly staleness: number;
}

export interface EvaluationsTable {
  readonly jobId: string;
  readonly steps: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  readonly episodes: number;
}

export interface IdempotencyKeysTable {
  readonly key: string;
  readonly jobId: string;
  readonly requestHash: string;
  readonly createdAt: string;
}

export interface DeliveriesTable {
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly jobId: string;
  readonly event: number;
  readonly jobState: string;
  readonly url: string;
  /** Empty when the delivery is over. */
  readonly body: string;
  readonly state: string;
  readonly attempts: Generated<number>;
  readonly createdAt: string;
  /** In milliseconds since 1970. */
  readonly nextAttemptAt: number;
  readonly finishedAt: string | null;
  readonly status: number | null;
  readonly error: string | null;
}

export interface RequestedEvaluationsTable {
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly jobId: string;
  readonly state: string;
  readonly model: string;
  readonly trainingSteps: number | null;
  readonly episodes: number;
  readonly seed: number;
  readonly deterministic: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly returns: Generated<string>;
  readonly lengths: Generated<string>;
  readonly error: string | null;
}

/** How far streams of reports were read. */
export interface PositionsTable {
  readonly stream: string;
  /** When the stream was created: another one with its name begins from the start. */
  readonly createdAt: string;
  readonly position: number;
}

/** What the peers of a remote environment said about it. */
export interface RemoteEnvironmentsTable {
  readonly name: string;
  readonly hello: string;
  readonly declaredAt: string;
}

export interface Tables {
  readonly jobs: JobsTable;
  readonly experiments: ExperimentsTable;
  readonly events: EventsTable;
  readonly metrics: MetricsTable;
  readonly evaluations: EvaluationsTable;
  readonly idempotencyKeys: IdempotencyKeysTable;
  readonly deliveries: DeliveriesTable;
  readonly positions: PositionsTable;
  readonly remoteEnvironments: RemoteEnvironmentsTable;
  readonly requestedEvaluations: RequestedEvaluationsTable;
}
