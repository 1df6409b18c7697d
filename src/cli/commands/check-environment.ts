// a3c check-environment: finds mistakes in an environment before training.
import { Piscina } from 'piscina';
import { z } from 'zod';
import { readExitCode } from '../../master/workers/environment-exit-error.ts';
import { toModuleUrl } from '../../shared/environment-modules/load-environment-module.ts';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import type { CheckTask, TimedReport } from '../checking/check-task.ts';
import type { DefineCommand } from '../command-context.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { takeStandardOutput } from '../standard-output.ts';

const checkOptionsSchema = z.strictObject({
  timeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(60)
    .describe('Time limit; an environment that takes longer counts as hanging'),
});

const failureExitCode = 1;

export const defineCheckEnvironment: DefineCommand = (command, { setExitCode }) => {
  command.argument('<module>', 'file of an environment module');
  addSchemaFlags(command, checkOptionsSchema);
  command.action(async (path: string) => {
    const { timeoutSeconds } = readSchemaFlags(command, checkOptionsSchema);
    const output = takeStandardOutput();
    const registry = await loadEnvironments([path]);
    const moduleUrl = toModuleUrl(path);
    for (const definition of registry.list().filter((one) => one.moduleUrl === moduleUrl)) {
      const hasPassed = await check(definition, { moduleUrl, timeoutSeconds, output });
      if (!hasPassed) setExitCode(failureExitCode);
    }
  });
};

interface CheckOptions {
  readonly moduleUrl: string;
  readonly timeoutSeconds: number;
  readonly output: NodeJS.WritableStream;
}

/** Prints a line for each check. Returns whether all checks passed. */
async function check({ id }: EnvironmentDefinition, options: CheckOptions): Promise<boolean> {
  const print = (line: string) => options.output.write(`${line}\n`);
  print(`${id}\n  ✓ valid definition`);
  const report = await runOnThread({ environment: id, moduleUrl: options.moduleUrl }, options.timeoutSeconds);
  if (typeof report === 'string') {
    print(`  ✗ ${report}`);
    return false;
  }
  for (const { name, problem } of report.checks) {
    print(problem === null ? `  ✓ ${name}` : `  ✗ ${name}: ${problem}`);
  }
  const stepsPerSecond = Math.round(report.steps / report.seconds);
  if (report.steps > 0) print(`  ${stepsPerSecond.toLocaleString('en')} steps per second`);
  return report.checks.every(({ problem }) => problem === null);
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
