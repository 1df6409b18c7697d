import { expect, it } from 'vitest';
import SqliteDatabase from 'better-sqlite3';
import { migrate } from '../../../../src/server/store/migrations.ts';

it('adds new columns to a database of an earlier version, and keeps its data', () => {
  const newest = new SqliteDatabase(':memory:');
  migrate(newest);
  const columns = (): string[] =>
    newest.prepare('SELECT name FROM pragma_table_info(?)').pluck().all('metrics').map(String);
  expect(columns()).toContain('policyMean');
  // The schema as version 1 left it, with a point of a curve.
  newest.exec(`
    ALTER TABLE metrics DROP COLUMN policyMean;
    ALTER TABLE metrics DROP COLUMN policyStandardDeviation;
    ALTER TABLE metrics DROP COLUMN approximateKl;
    ALTER TABLE metrics DROP COLUMN clipFraction;
    ALTER TABLE metrics DROP COLUMN explainedVariance;
    ALTER TABLE metrics DROP COLUMN learningRate;
    ALTER TABLE metrics DROP COLUMN episodeLength;
    ALTER TABLE metrics DROP COLUMN actingShare;
    ALTER TABLE metrics DROP COLUMN steppingShare;
    ALTER TABLE metrics DROP COLUMN learningShare;
    ALTER TABLE metrics DROP COLUMN waitingShare;
    ALTER TABLE jobs DROP COLUMN checkpointSteps;
    ALTER TABLE jobs DROP COLUMN checkpointTime;
    ALTER TABLE jobs DROP COLUMN isHeld;
    ALTER TABLE jobs DROP COLUMN warnings;
    ALTER TABLE jobs DROP COLUMN endedBy;
    ALTER TABLE jobs DROP COLUMN engine;
    ALTER TABLE jobs DROP COLUMN changes;
    DROP INDEX jobsByExperiment;
    ALTER TABLE jobs DROP COLUMN experimentId;
    ALTER TABLE jobs DROP COLUMN variation;
    ALTER TABLE jobs DROP COLUMN rung;
    DROP TABLE experiments;
    DROP TABLE deliveries;
    DROP TABLE positions;
    DROP TABLE remoteEnvironments;
    DROP TABLE requestedEvaluations;
    PRAGMA user_version = 1;
    PRAGMA foreign_keys = OFF;
    INSERT INTO metrics (jobId, steps, episodes, updates, elapsedSeconds, stepsPerSecond, staleness)
    VALUES ('job', 20, 1, 1, 0.5, 40, 0);
    INSERT INTO jobs (id, environment, algorithm, workers, state, stateReason, spec, createdAt) VALUES
      ('solved', 'CartPole-v1', 'a3c', 2, 'succeeded', 'targetReward', '{}', ''),
      ('failed', 'CartPole-v1', 'a3c', 2, 'failed', 'targetReward', '{}', '');`);
  migrate(newest);
  expect(newest.prepare('SELECT steps, policyMean FROM metrics').all()).toEqual([
    { steps: 20, policyMean: null },
  ]);
  expect(newest.prepare('SELECT id, endedBy FROM jobs ORDER BY sequence').all()).toEqual([
    { id: 'solved', endedBy: 'targetReward' },
    { id: 'failed', endedBy: null },
  ]);
});
