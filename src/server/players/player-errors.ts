// Errors of playing a policy for somebody who watches.
import { AppError } from '../../shared/errors/app-error.ts';

export class TooManyPlayersError extends AppError {
  readonly code = 'TOO_MANY_PLAYERS';

  constructor(limit: number) {
    super(
      `${limit} policies are played by the server already; close a page that watches one, or try again later`,
    );
  }
}

/** A player ends when nobody has asked for its steps for a while. */
export class PlayerNotFoundError extends AppError {
  readonly code = 'PLAYER_NOT_FOUND';

  constructor() {
    super('there is no such player of this model any more; leave `player` out to begin with a new one');
  }
}

/** The worlds of remote environments are for jobs. */
export class RemoteNotPlayableError extends AppError {
  readonly code = 'REMOTE_NOT_PLAYABLE';

  constructor(environment: string) {
    super(
      `${environment} is a remote environment: watch its peer itself, whose worlds the server does not take from the jobs`,
    );
  }
}

/** Two readers would each get some of the steps. */
export class PlayerBusyError extends AppError {
  readonly code = 'PLAYER_BUSY';

  constructor() {
    super('another call reads the steps of this player');
  }
}

/** A player's process ended, or was ended. The code is one of those that jobs fail with. */
export class PlayerFailedError extends AppError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
