// Players: processes that play policies for those who watch, a few at a time. One whose steps nobody asks for ends.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { JobId } from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { PlayerBusyError, PlayerNotFoundError, TooManyPlayersError } from './player-errors.ts';
import { PlayerProcess, type PlayerProcessOptions } from './player-process.ts';

export interface PlayersOptions {
  /** The entry file of a player. */
  readonly entry: string;
  readonly maxPlayers: number;
  /** How long a player waits for somebody to ask for its next steps. */
  readonly idleMs: number;
  readonly log: Logger;
}

/** The model that a player plays. */
export interface PlayedModel {
  readonly jobId: JobId;
  readonly model: ModelName;
}

export interface Player extends PlayedModel {
  readonly id: string;
  readonly process: Pick<PlayerProcess, 'advance'>;
}

interface KeptPlayer extends Player {
  readonly process: PlayerProcess;
  isBusy: boolean;
  idle: NodeJS.Timeout | undefined;
}

export class Players {
  readonly #options: PlayersOptions;
  readonly #players = new Map<string, KeptPlayer>();

  constructor(options: PlayersOptions) {
    this.#options = options;
  }

  /** Starts a player, which belongs to the caller until it is released or ended. Throws TooManyPlayersError. */
  start({ jobId, model }: PlayedModel, options: Pick<PlayerProcessOptions, 'spec' | 'request'>): Player {
    const { entry, maxPlayers, log } = this.#options;
    if (this.#players.size >= maxPlayers) this.#endLongestIdle();
    if (this.#players.size >= maxPlayers) throw new TooManyPlayersError(maxPlayers);
    const id = randomBytes(12).toString('hex');
    const process = new PlayerProcess({ ...options, entry, log: log.child({ jobId }) });
    const player: KeptPlayer = { id, jobId, model, process, isBusy: true, idle: undefined };
    this.#players.set(id, player);
    return player;
  }

  /** Takes a player that was released. Throws PlayerNotFoundError or PlayerBusyError. */
  take(id: string, { jobId, model }: PlayedModel): Player {
    const player = this.#players.get(id);
    if (player?.jobId !== jobId || player.model !== model) throw new PlayerNotFoundError();
    if (player.isBusy) throw new PlayerBusyError();
    clearTimeout(player.idle);
    player.isBusy = true;
    return player;
  }

  /** Keeps the player for whoever asks for its next steps. */
  release({ id }: Player): void {
    const player = this.#players.get(id);
    if (player === undefined) return;
    if (!player.process.isAlive) {
      this.end(player);
      return;
    }
    player.isBusy = false;
    player.idle = setTimeout(() => {
      this.end(player);
    }, this.#options.idleMs);
  }

  end({ id }: Player): void {
    const player = this.#players.get(id);
    clearTimeout(player?.idle);
    player?.process.kill();
    this.#players.delete(id);
  }

  close(): void {
    for (const player of this.#players.values()) this.end(player);
  }

  /** Someone who waits to watch is more important than a page that was left open, and can begin again. */
  #endLongestIdle(): void {
    const idle = [...this.#players.values()].find(({ isBusy }) => !isBusy);
    if (idle) this.end(idle);
  }
}
