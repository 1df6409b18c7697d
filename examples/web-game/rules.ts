// Rules of a small game: collect coins on a board, and do not meet the guard, who walks to and fro in the middle. The
// page and the training share this file, so it imports nothing.

export const size = 7;
/** Right, left, down, up. */
export const moves = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

export interface Cell {
  readonly x: number;
  readonly y: number;
}

export interface Game {
  player: Cell;
  coin: Cell;
  guard: Cell;
  /** 1 while the guard walks to the right, −1 while to the left. */
  direction: 1 | -1;
  coins: number;
  isOver: boolean;
}

/** Returns an integer from 0 to n − 1. */
export type Dice = (n: number) => number;

export function startGame(dice: Dice): Game {
  const player = { x: 0, y: 0 };
  const guard = { x: size - 1, y: (size - 1) / 2 };
  return { player, coin: placeCoin(player, dice), guard, direction: -1, coins: 0, isOver: false };
}

/** Whether each move stays on the board. */
export function listAllowedMoves({ player }: Game): boolean[] {
  return moves.map(([x, y]) => isOnBoard({ x: player.x + x, y: player.y + y }));
}

/** Plays one turn: the player moves, then the guard. */
export function playTurn(game: Game, move: number, dice: Dice): void {
  const [x, y] = moves[move] ?? [0, 0];
  const next = { x: game.player.x + x, y: game.player.y + y };
  if (isOnBoard(next)) game.player = next;
  if (isSame(game.player, game.guard)) game.isOver = true;
  if (isSame(game.player, game.coin)) {
    game.coins += 1;
    game.coin = placeCoin(game.player, dice);
  }
  game.guard = { x: game.guard.x + game.direction, y: game.guard.y };
  if (game.guard.x === 0) game.direction = 1;
  if (game.guard.x === size - 1) game.direction = -1;
  if (isSame(game.player, game.guard)) game.isOver = true;
}

/** What the agent sees: its place, the way to coin and guard, and where the guard goes; each from −1 to 1. */
export function observe({ player, coin, guard, direction }: Game): number[] {
  const last = size - 1;
  return [
    (2 * player.x) / last - 1,
    (2 * player.y) / last - 1,
    (coin.x - player.x) / last,
    (coin.y - player.y) / last,
    (guard.x - player.x) / last,
    (guard.y - player.y) / last,
    direction,
  ];
}

function placeCoin(player: Cell, dice: Dice): Cell {
  const cell = { x: dice(size), y: dice(size) };
  return isSame(cell, player) ? placeCoin(player, dice) : cell;
}

function isOnBoard({ x, y }: Cell): boolean {
  return x >= 0 && x < size && y >= 0 && y < size;
}

function isSame(one: Cell, other: Cell): boolean {
  return one.x === other.x && one.y === other.y;
}
