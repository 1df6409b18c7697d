import { AppError } from '../../shared/errors/app-error.ts';

/** No peer has ever declared this environment. */
export class UnknownRemoteEnvironmentError extends AppError {
  readonly code = 'UNKNOWN_ENVIRONMENT';

  constructor(id: string) {
    super(
      `no peer has connected as ${JSON.stringify(id)} yet, so that its spaces are unknown: start the game or simulator, ` +
        'which connects to this server over a WebSocket (docs/remote-environments.md), and post the job again',
    );
  }
}
