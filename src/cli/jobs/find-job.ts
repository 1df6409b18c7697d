// Jobs by what people type: an id, the beginning of one, a name, or `last`.
import type { A3CClient } from '../../client/a3c-client.ts';
import { AppError } from '../../shared/errors/app-error.ts';

/** Help text of the argument. */
export const jobArgument = 'id of a job, the beginning of one, its name, or last';

/** No job, or more than one, is meant. */
export class JobNotMeantError extends AppError {
  readonly code = 'JOB_NOT_FOUND';
}

/** Returns the id. Throws JobNotMeantError. */
export async function findJob(client: Pick<A3CClient, 'listOverviews'>, text: string): Promise<string> {
  if (/^job_[0-9a-z]{20}$/.test(text)) return text;
  const { data } = await client.listOverviews({ limit: 1000 });
  const last = data[0];
  if (text === 'last' && last) return last.id;
  const beginning = text.startsWith('job_') ? text : `job_${text}`;
  const meant = data.filter(({ id, name }) => name === text || id.startsWith(beginning));
  const [only] = meant;
  if (only && meant.length === 1) return only.id;
  throw new JobNotMeantError(
    only
      ? `${text} may be ${meant
          .map(({ id }) => id)
          .slice(0, 3)
          .join(' or ')}: type more of the id`
      : `there is no job ${text}: a3c jobs lists them`,
  );
}
