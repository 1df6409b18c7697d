// Steps of a policy that the server plays, as one loop.
import type { PlayedStepRecord } from '../shared/api/played-step.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import { readAnswer, type AnswerKind } from './answers.ts';
import type { ApiConnection, CallOptions } from './api-connection.ts';
import { A3CPlayerError } from './client-errors.ts';

export interface PlayOptions extends CallOptions {
  /** Default: best. Newer weights of the model are taken while it plays. */
  readonly model?: ModelName | undefined;
  /** 1 to 240; default: 30. */
  readonly stepsPerSecond?: number | undefined;
  /** The loop ends after this many steps (up to 1000). Without it, it ends when it is left. */
  readonly steps?: number | undefined;
  /** The `player` of an earlier step: its episode goes on. The server keeps it for half a minute. */
  readonly player?: string | undefined;
}

export interface PlayedStep extends PlayedStepRecord {
  /** Id of the player on the server. */
  readonly player: string;
}

const playerKind: AnswerKind<{ readonly id: string }> = { name: 'a player', fields: ['id'] };
const stepKind: AnswerKind<PlayedStepRecord> = { name: 'a step', fields: ['episode', 'step', 'return'] };
const failureKind: AnswerKind<{ readonly code: string; readonly message: string }> = {
  name: 'a failure of a player',
  fields: ['code', 'message'],
};

/** Throws A3CPlayerError if the environment fails. It never reconnects: a broken connection ends the player. */
export async function* iteratePlayedSteps(
  connection: ApiConnection,
  path: string,
  { signal, ...query }: PlayOptions,
): AsyncGenerator<PlayedStep, void, undefined> {
  let player = '';
  for await (const { type, data } of connection.readEvents(path, { query: { ...query }, signal })) {
    if (type === 'player') player = readAnswer(playerKind, data).id;
    else if (type === 'step') yield { ...readAnswer(stepKind, data), player };
    else if (type === 'failed') throw new A3CPlayerError(readAnswer(failureKind, data));
  }
}
