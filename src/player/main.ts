// Entry of a player: a process of a server that plays a policy in an environment that pages cannot run. Whatever the
// environment does, the server is not harmed: it kills a player that takes too long.
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { playEpisode } from '../policy/play-episode.ts';
import { stringifyStep } from '../shared/api/played-step.ts';
import { loadEnvironment } from '../shared/environment-modules/open-environment.ts';
import { InvalidEnvironmentOutputError } from '../shared/environments/custom/environment-errors.ts';
import { drawObservation } from '../shared/environments/observed-picture.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { resolveEntry } from '../shared/program-files/resolve-entry.ts';
import type { PlayerReport, PlayerRequest } from '../shared/protocol/player-messages.ts';
import { Random } from '../shared/random/random.ts';
import { FollowedPolicy } from './followed-policy.ts';

/** Longest step as JSON, in characters: pages draw many of them in a second. */
const longestStep = 256 * 1024;

let seat: FollowedPolicy | null = null;
let steps: AsyncGenerator<string, never, undefined> | null = null;

function report(message: PlayerReport): void {
  if (process.connected) process.send?.(message);
}

/** Reports the failure, and ends the process once the server has it. */
function fail(error: unknown): void {
  const message: PlayerReport = { type: 'failed', error: createErrorRecord(error) };
  if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(1));
}

async function answer(request: PlayerRequest): Promise<void> {
  switch (request.type) {
    case 'open':
      seat = await FollowedPolicy.open(request.model);
      steps = await play(seat, request);
      break;
    case 'advance':
      for (let left = request.steps; left > 0 && steps !== null; left -= 1) {
        const { value: text } = await steps.next();
        report({ type: 'step', text });
      }
      await seat?.refresh();
      break;
  }
}

async function play(
  followed: FollowedPolicy,
  { environment, environmentOrigin, wrappers, seed }: PlayerRequest & { type: 'open' },
): Promise<AsyncGenerator<string, never, undefined>> {
  const definition = wrapEnvironment(await loadEnvironment(environment, environmentOrigin), wrappers);
  const random = Random.fromSeed(seed);
  return (async function* () {
    for (let episode = 1; ; episode += 1) {
      for await (const played of playEpisode(followed, definition, random.split(episode))) {
        const { action, inspection, steps: step, isLast } = played;
        const scene = played.scene ?? drawObservation(played.observation, definition.observationSpace);
        const { trainingSteps } = followed.policy;
        const text = stringifyStep({
          episode,
          step,
          return: played.return,
          action,
          ...inspection,
          isLast,
          trainingSteps,
          scene,
        });
        if (text.length > longestStep)
          throw new InvalidEnvironmentOutputError(
            { environment, method: 'render', episodeStep: step },
            `returned a scene of ${text.length} characters as JSON; at most ${longestStep} can be shown`,
          );
        yield text;
      }
    }
  })();
}

let answered = Promise.resolve();
process.on('message', (request: PlayerRequest) => {
  answered = answered.then(async () => await answer(request));
  answered.catch(fail);
});
process.on('uncaughtException', fail);
process.on('disconnect', () => process.exit(0));
// After the server, and before training: somebody watches.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// While an environment hangs, this thread does not hear that the server is gone.
new Worker(resolveEntry('./watch-server', import.meta.url)).unref();
