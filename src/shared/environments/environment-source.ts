// Source of environments that are looked up when a job asks for one: their ids are not listed, and their spaces are not
// known beforehand.
import type { Environment, EnvironmentDefinition } from './environment.ts';

export interface EnvironmentSource<Kind extends Environment = Environment> {
  /** Beginning of its ids, with the colon. */
  readonly prefix: string;
  /**
   * Looks an environment up. Afterwards `find` knows it. The definition has an origin. Rejects with an AppError that says
   * what to do, or UnknownEnvironmentError.
   */
  resolve(id: string): Promise<EnvironmentDefinition<Kind>>;
  /** Returns an environment that was looked up; undefined: it was not, or it is gone. */
  find(id: string): EnvironmentDefinition<Kind> | undefined;
}
