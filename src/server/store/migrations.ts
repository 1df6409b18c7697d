// Migrations of the database schema: numbered and append-only. A released migration is never edited.
import type SqliteDatabase from 'better-sqlite3';
import { AppError } from '../../shared/errors/app-error.ts';

/** The data directory was written by a newer server. */
export class NewerSchemaError extends AppError {
  readonly code = 'NEWER_SCHEMA';

  constructor(found: number, known: number) {
    super(
      `the data directory has schema ${found}, but this server supports only ${known}: use a newer a3c-server`,
    );
  }
}

const migrations: readonly string[] = [
  `
  CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT,
    environment TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    workers INTEGER NOT NULL,
    state TEXT NOT NULL,
    stateReason TEXT,
    spec TEXT NOT NULL,
    figures TEXT,
    createdAt TEXT NOT NULL,
    startedAt TEXT,
    finishedAt TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    masterDeaths INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    bestModelSteps INTEGER,
    latestModelSteps INTEGER,
    lastEventId INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX jobsByState ON jobs (state, sequence);
  CREATE INDEX jobsByEnvironment ON jobs (environment, sequence);

  CREATE TABLE events (
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    time TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (jobId, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE metrics (
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    steps INTEGER NOT NULL,
    episodes INTEGER NOT NULL,
    updates INTEGER NOT NULL,
    elapsedSeconds REAL NOT NULL,
    stepsPerSecond REAL NOT NULL,
    movingAverage REAL,
    exponentialMovingAverage REAL,
    evaluation REAL,
    policyLoss REAL,
    valueLoss REAL,
    entropy REAL,
    gradientNorm REAL,
    staleness REAL NOT NULL,
    PRIMARY KEY (jobId, steps)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE evaluations (
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    steps INTEGER NOT NULL,
    mean REAL NOT NULL,
    standardDeviation REAL NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    episodes INTEGER NOT NULL,
    PRIMARY KEY (jobId, steps)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE idempotencyKeys (
    key TEXT PRIMARY KEY,
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    requestHash TEXT NOT NULL,
    createdAt TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotencyKeysByJob ON idempotencyKeys (jobId);
  `,
  `
  ALTER TABLE metrics ADD COLUMN policyMean REAL;
  ALTER TABLE metrics ADD COLUMN policyStandardDeviation REAL;
  `,
  `
  ALTER TABLE jobs ADD COLUMN checkpointSteps INTEGER;
  ALTER TABLE jobs ADD COLUMN checkpointTime TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN isHeld INTEGER NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE jobs ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
  `,
  `
  ALTER TABLE jobs ADD COLUMN endedBy TEXT;
  UPDATE jobs SET endedBy = stateReason
  WHERE state = 'succeeded' AND stateReason IN ('targetReward', 'maxSteps', 'maxEpisodes', 'maxSeconds');
  `,
  `
  ALTER TABLE metrics ADD COLUMN approximateKl REAL;
  ALTER TABLE metrics ADD COLUMN clipFraction REAL;
  ALTER TABLE metrics ADD COLUMN explainedVariance REAL;
  ALTER TABLE metrics ADD COLUMN learningRate REAL;
  ALTER TABLE metrics ADD COLUMN episodeLength REAL;
  `,
  `
  ALTER TABLE metrics ADD COLUMN actingShare REAL;
  ALTER TABLE metrics ADD COLUMN steppingShare REAL;
  ALTER TABLE metrics ADD COLUMN learningShare REAL;
  ALTER TABLE metrics ADD COLUMN waitingShare REAL;
  `,
  `
  ALTER TABLE jobs ADD COLUMN engine TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
  `,
  `
  CREATE TABLE experiments (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT,
    request TEXT NOT NULL,
    requestHash TEXT NOT NULL,
    idempotencyKey TEXT UNIQUE,
    createdAt TEXT NOT NULL,
    finishedAt TEXT
  ) STRICT;
  ALTER TABLE jobs ADD COLUMN experimentId TEXT;
  ALTER TABLE jobs ADD COLUMN variation INTEGER;
  ALTER TABLE jobs ADD COLUMN rung INTEGER;
  CREATE INDEX jobsByExperiment ON jobs (experimentId, sequence) WHERE experimentId IS NOT NULL;
  `,
  `
  CREATE TABLE deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    event INTEGER NOT NULL,
    jobState TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    createdAt TEXT NOT NULL,
    nextAttemptAt INTEGER NOT NULL,
    finishedAt TEXT,
    status INTEGER,
    error TEXT
  ) STRICT;
  CREATE INDEX deliveriesByTime ON deliveries (state, nextAttemptAt, sequence);
  CREATE INDEX deliveriesByJob ON deliveries (jobId, sequence);
  `,
  `
  CREATE TABLE positions (
    stream TEXT PRIMARY KEY,
    createdAt TEXT NOT NULL,
    position INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE requestedEvaluations (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    trainingSteps INTEGER,
    episodes INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    deterministic INTEGER NOT NULL,
    createdAt TEXT NOT NULL,
    startedAt TEXT,
    finishedAt TEXT,
    returns TEXT NOT NULL DEFAULT '[]',
    lengths TEXT NOT NULL DEFAULT '[]',
    error TEXT
  ) STRICT;
  CREATE INDEX requestedEvaluationsByState ON requestedEvaluations (state, sequence);
  CREATE INDEX requestedEvaluationsByJob ON requestedEvaluations (jobId, sequence);
  `,
  `
  CREATE TABLE remoteEnvironments (
    name TEXT PRIMARY KEY,
    hello TEXT NOT NULL,
    declaredAt TEXT NOT NULL
  ) STRICT;
  `,
];

/** Brings the database to the newest schema. Each migration is applied completely or not at all. */
export function migrate(sqlite: SqliteDatabase.Database): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new NewerSchemaError(version, migrations.length);
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    sqlite.transaction(() => {
      sqlite.exec(statements);
      sqlite.pragma(`user_version = ${index + 1}`);
    })();
  }
}
