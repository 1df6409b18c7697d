// Origin of an environment that is not built in: plain data, which goes to the threads, processes and machines that open
// it.
import type { GymnasiumDescription } from './gymnasium-description.ts';
import type { RemoteOrigin } from './remote-origin.ts';

/** A module that exports the definition. */
export interface ModuleOrigin {
  readonly type: 'module';
  readonly url: string;
}

/** An interpreter of Python that has Gymnasium. */
export interface GymnasiumOrigin {
  readonly type: 'gymnasium';
  /** Path or name of the interpreter. */
  readonly python: string;
  readonly description: GymnasiumDescription;
}

export type EnvironmentOrigin = ModuleOrigin | GymnasiumOrigin | RemoteOrigin;

/** Returns the URL of a module; null for any other origin, and for a built-in environment. */
export function readModuleUrl(origin: EnvironmentOrigin | null | undefined): string | null {
  return origin?.type === 'module' ? origin.url : null;
}

export function toModuleOrigin(url: string): ModuleOrigin {
  return { type: 'module', url };
}
