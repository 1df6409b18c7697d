// Thread task that checks an environment. A thread can be ended if the environment hangs.
import { openEnvironment } from '../../shared/environment-modules/open-environment.ts';
import { checkEnvironment, type CheckReport } from '../../shared/environments/check-environment.ts';
import type { EnvironmentOrigin } from '../../shared/environments/environment-origin.ts';
import { noWrappers } from '../../shared/environments/wrappers/wrappers-spec.ts';

export interface CheckTask {
  readonly environment: string;
  readonly origin: EnvironmentOrigin;
}

export interface TimedReport extends CheckReport {
  readonly seconds: number;
}

export default async function runChecks(task: CheckTask): Promise<TimedReport> {
  const definition = await openEnvironment({ ...task, wrappers: noWrappers });
  const startedAt = performance.now();
  const report = await checkEnvironment(definition);
  return { ...report, seconds: (performance.now() - startedAt) / 1000 };
}
