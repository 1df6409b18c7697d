// Processes in which environments of users run for the server: how they are started, and why they ended.
import { fork, type ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { PrintedOutput } from '../../trainer/masters/printed-output.ts';
import { PlayerFailedError } from './player-errors.ts';

export type EnvironmentLimits = Pick<
  JobSpec,
  'environment' | 'environmentTimeoutSeconds' | 'environmentMemoryMegabytes'
>;

export interface EnvironmentProcessOptions {
  /** The entry file. */
  readonly entry: string;
  readonly spec: EnvironmentLimits;
  readonly log: Logger;
}

/** What a busy machine may need for starting a process. */
export const startMs = 60_000;

/** Starts a process. What its environment prints goes to the log. */
export function forkEnvironmentProcess({ entry, spec, log }: EnvironmentProcessOptions): ChildProcess {
  const child = fork(entry, {
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${spec.environmentMemoryMegabytes}`,
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A process group of its own: Ctrl-C in a terminal reaches only the server.
    detached: true,
  });
  for (const output of [child.stdout, child.stderr]) {
    const prints = new PrintedOutput({ log });
    output?.on('data', (chunk: Buffer) => {
      prints.write(chunk);
    });
    output?.once('close', () => {
      prints.end();
    });
  }
  return child;
}

/** Why a process has ended that had not reported its end. */
export function explainExit(
  { environment, environmentMemoryMegabytes }: EnvironmentLimits,
  { code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
): PlayerFailedError {
  // V8 aborts a process whose heap is full.
  if (signal === 'SIGABRT')
    return new PlayerFailedError(
      'ENVIRONMENT_OUT_OF_MEMORY',
      `${environment} took more than ${environmentMemoryMegabytes} MB (environmentMemoryMegabytes)`,
    );
  const how = signal === null ? `called process.exit(${code})` : `ended its process (${signal})`;
  return new PlayerFailedError('ENVIRONMENT_FAILED', `${environment} ${how}`);
}

export function explainTimeout({
  environment,
  environmentTimeoutSeconds,
}: EnvironmentLimits): PlayerFailedError {
  return new PlayerFailedError(
    'ENVIRONMENT_TIMEOUT',
    `${environment} did not answer within ${environmentTimeoutSeconds} s (environmentTimeoutSeconds)`,
  );
}
