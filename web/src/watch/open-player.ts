// Whoever plays the policy of a job: this page where it can run the environment, else the server.
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { selectEnvironment } from '../../../src/shared/environments/environment-settings.ts';
import type { Job } from '../../../src/shared/job/job.ts';
import type { ModelName } from '../../../src/shared/job/model-name.ts';
import { Player } from './player.ts';
import { RemotePlayer } from './remote-player.ts';
import type { WatchedPlayer } from './watched-player.ts';

/** Throws if the page plays, and the model or the kernels cannot be loaded. */
export async function openPlayer(
  { id, spec }: Pick<Job, 'id' | 'spec'>,
  model: ModelName,
): Promise<WatchedPlayer> {
  const definition = selectEnvironment(builtInEnvironments, spec.environment);
  if (definition === undefined) return new RemotePlayer(id, model);
  const address = `${location.href.replace(/#.*/, '')}jobs/${id}/models/${model}`;
  return await Player.open(address, definition, spec.wrappers);
}
