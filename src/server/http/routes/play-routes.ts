// Route that plays a job's policy on the server, for pages that cannot run its environment.
import { randomInt } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { modelNames } from '../../../shared/job/model-name.ts';
import { ModelNotReadyError } from '../../jobs/job-errors.ts';
import { RemoteNotPlayableError } from '../../players/player-errors.ts';
import type { Player } from '../../players/players.ts';
import { createPlayStream } from '../events/play-stream.ts';
import type { HttpLimits } from '../limits.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

const querySchema = z.strictObject({
  // Parameters cannot both refer to a named schema and have a description.
  model: z
    .enum(modelNames)
    .default('best')
    .describe('The model to play; newer weights of it are taken while it plays'),
  stepsPerSecond: queryInteger(z.int().min(1).max(240).default(30)).describe('Steps sent in a second'),
  steps: queryInteger(z.int().min(1).max(1_000).optional()).describe(
    'The stream ends after this many steps; without it, when its reader does',
  ),
  player: z
    .string()
    .max(64)
    .optional()
    .describe('Id of a player whose stream has ended: its episode goes on'),
});

const streamSchema = z.custom<Readable>((value) => value instanceof Readable);

export function registerPlayRoute(
  app: App,
  { jobs, store, players, environments, clientText }: Services,
  limits: HttpLimits,
): void {
  app.get('/jobs/:id/play', {
    exposeHeadRoute: false,
    schema: {
      operationId: 'playModel',
      tags: ['models'],
      summary: 'Watch a policy play',
      description:
        'A stream of server-sent events. `player` has the `id` of the player. `step` has a step: `episode`, `step`, ' +
        '`return`, `action`, `probabilities`, `value`, `isLast`, `trainingSteps` and `scene` (docs/environments.md), ' +
        'which is null without `render`. `failed` has `code` and `message`; nothing follows it. The environment runs ' +
        'in a process of its own. A player is kept for half a minute after the `steps` that were asked for.',
      params: jobParametersSchema,
      querystring: querySchema,
      response: {
        200: { description: 'Steps', content: { 'text/event-stream': { schema: streamSchema } } },
        ...problemResponses,
      },
    },
    handler: async ({ params, query, raw: { socket } }, reply) => {
      const record = jobs.get(parseJobId(params));
      const { id: jobId, spec, bestModelSteps, latestModelSteps } = record;
      const { model, stepsPerSecond, steps = null } = query;
      if ((model === 'best' ? bestModelSteps : latestModelSteps) === null)
        throw new ModelNotReadyError(model);
      const open = async (): Promise<Player> => {
        if (query.player !== undefined) return players.take(query.player, { jobId, model });
        const { origin: environmentOrigin = null } = await environments.resolve(spec.environment);
        if (environmentOrigin?.type === 'remote') throw new RemoteNotPlayableError(spec.environment);
        const directory = store.artifacts.locate({ jobId, name: model });
        const request = { model: directory, environmentOrigin, seed: randomInt(2 ** 32) };
        return players.start({ jobId, model }, { spec, request });
      };
      const player = await open();
      socket.setTimeout(limits.stallLimitMs);
      const stream = createPlayStream({
        players,
        player,
        stepsPerSecond,
        steps,
        limits,
        clientText,
        onStall: () => {
          socket.destroy();
        },
      });
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(stream);
    },
  });
}
