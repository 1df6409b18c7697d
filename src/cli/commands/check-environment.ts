// a3c check-environment: finds mistakes in an environment before training.
import { Piscina } from 'piscina';
import { z } from 'zod';
import { readExitCode } from '../../master/workers/environment-exit-error.ts';
import { toModuleUrl } from '../../shared/environment-modules/load-environment-module.ts';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import { readModuleUrl } from '../../shared/environments/environment-origin.ts';
import type { CheckReport } from '../../shared/environments/check-environment.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import type { CheckTask, TimedReport } from '../checking/check-task.ts';
import type { DefineCommand } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { takeStandardOutput } from '../standard-output.ts';

const checkOptionsSchema = z.strictObject({
  timeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(60)
    .describe('Time limit; an environment that takes longer counts as hanging'),
  ...jsonFlag,
});

const failureExitCode = 1;

export const defineCheckEnvironment: DefineCommand = (command, { setExitCode }) => {
  command.argument('<module>', 'file of an environment module');
  addSchemaFlags(command, checkOptionsSchema);
  command.action(async (path: string) => {
    const { timeoutSeconds, json } = readSchemaFlags(command, checkOptionsSchema);
    const output = takeStandardOutput();
    const registry = await loadEnvironments([path]);
    const moduleUrl = toModuleUrl(path);
    const verdicts: Verdict[] = [];
    for (const { id, origin } of registry.list()) {
      if (origin === undefined || readModuleUrl(origin) !== moduleUrl) continue;
      const verdict = await check({ environment: id, origin }, timeoutSeconds);
      if (!verdict.isSound) setExitCode(failureExitCode);
      if (json) verdicts.push(verdict);
      else output.write(describe(verdict));
    }
    if (json) output.write(`${JSON.stringify(verdicts)}\n`);
  });
};

interface Verdict {
  readonly environment: string;
  readonly isSound: boolean;
  readonly checks: CheckReport['checks'];
  /** Why the checks could not be finished; null if they were. */
  readonly failure: string | null;
  /** Null if nothing was stepped. */
  readonly stepsPerSecond: number | null;
}

async function check(task: CheckTask, timeoutSeconds: number): Promise<Verdict> {
  const { environment } = task;
  const definition = { name: 'valid definition', problem: null };
  const report = await runOnThread(task, timeoutSeconds);
  if (typeof report === 'string')
    return { environment, isSound: false, checks: [definition], failure: report, stepsPerSecond: null };
  return {
    environment,
    isSound: report.checks.every(({ problem }) => problem === null),
    checks: [definition, ...report.checks],
    failure: null,
    stepsPerSecond: report.steps > 0 ? Math.round(report.steps / report.seconds) : null,
  };
}

function describe({ environment, checks, failure, stepsPerSecond }: Verdict): string {
  const lines = [
    environment,
    ...checks.map(({ name, problem }) => (problem === null ? `  ✓ ${name}` : `  ✗ ${name}: ${problem}`)),
    ...(failure === null ? [] : [`  ✗ ${failure}`]),
    ...(stepsPerSecond === null ? [] : [`  ${stepsPerSecond.toLocaleString('en')} steps per second`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns the report, or the reason why there is none. */
async function runOnThread(task: CheckTask, timeoutSeconds: number): Promise<TimedReport | string> {
  const { href: filename } = resolveEntry('../checking/check-task', import.meta.url);
  // Without Atomics, for the reason given in thread-worker-host.ts.
  const pool = new Piscina<CheckTask, TimedReport>({ filename, maxThreads: 1, atomics: 'disabled' });
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    return await pool.run(task, { signal });
  } catch (error) {
    if (signal.aborted) {
      return `hangs: a call neither returned nor settled within ${timeoutSeconds} s`;
    }
    const exitCode = readExitCode(error);
    if (exitCode !== null) return `ends its thread: it called process.exit(${exitCode})`;
    return `ends its thread: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await pool.destroy();
  }
}
