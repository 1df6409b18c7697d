// Opening of a job's environment in a thread or process.
import type { EnvironmentOrigin } from '../environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { builtInEnvironments } from '../environments/built-in-environments.ts';
import { selectEnvironment } from '../environments/environment-settings.ts';
import { UnknownEnvironmentError } from '../environments/unknown-environment-error.ts';
import { noWatch, watchCalls, type CallWatch } from '../environments/wrappers/watch-calls.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import type { WrappersSpec } from '../environments/wrappers/wrappers-spec.ts';
import { defineGymnasium } from '../gymnasium/define-gymnasium.ts';
import type { EnvironmentLinkOptions } from '../remote-environments/environment-link.ts';
import {
  describeRemoteEnvironment,
  openRemoteEnvironment,
} from '../remote-environments/remote-environment.ts';
import { loadEnvironmentModule } from './load-environment-module.ts';
import { printToStandardError } from './print-to-standard-error.ts';

/** Reference to a job's environment, for threads and processes that open it. */
export interface EnvironmentReference {
  readonly environment: string;
  readonly wrappers: WrappersSpec;
  /** Null for a built-in environment. */
  readonly origin: EnvironmentOrigin | null;
  /** Watches calls of user code; built-in environments never hang. */
  readonly watch?: CallWatch;
  /** How worlds of peers are borrowed; default: for training, with a minute for each answer. */
  readonly loan?: Omit<EnvironmentLinkOptions, 'origin'>;
}

/** Returns the definition with this id, from the only place that can have it. */
export async function loadEnvironment(
  environment: string,
  origin: EnvironmentOrigin | null,
): Promise<EnvironmentDefinition> {
  switch (origin?.type) {
    case 'gymnasium':
      return defineGymnasium(environment, origin);
    case 'remote':
      return describeRemoteEnvironment(origin);
    case 'module':
      return await select(await loadEnvironmentModule(origin.url), environment);
    case undefined:
      return await select(builtInEnvironments, environment);
  }
}

async function select(
  definitions: readonly EnvironmentDefinition[],
  environment: string,
): Promise<EnvironmentDefinition> {
  const found = selectEnvironment(definitions, environment);
  if (found === undefined) throw new UnknownEnvironmentError(environment);
  await found.load?.();
  return found;
}

/** Opens the environment with the job's wrappers. */
export async function openEnvironment({
  environment,
  origin,
  wrappers,
  watch = noWatch,
  loan = { purpose: 'training', timeoutSeconds: 60 },
}: EnvironmentReference): Promise<EnvironmentDefinition> {
  switch (origin?.type) {
    case 'gymnasium':
      // It applies the wrappers itself, inside the calls that are watched.
      return watchCalls(wrapEnvironment(defineGymnasium(environment, origin, watch), wrappers), watch);
    case 'remote':
      // The server watches how long its peers take.
      return wrapEnvironment(openRemoteEnvironment({ ...loan, origin }), wrappers);
    case 'module': {
      printToStandardError();
      watch.begin();
      const definition = await loadEnvironment(environment, origin);
      watch.end();
      return wrapEnvironment(watchCalls(definition, watch), wrappers);
    }
    case undefined:
      return wrapEnvironment(await loadEnvironment(environment, null), wrappers);
  }
}
