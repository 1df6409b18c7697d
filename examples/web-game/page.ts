// The game in a page: a trained policy plays it in requestAnimationFrame.
import { loadPolicy, type Policy } from 'a3c-server/policy';
import { listAllowedMoves, observe, playTurn, size, startGame, type Cell, type Game } from './rules.ts';

const msPerTurn = 200;
const dice = (n: number): number => Math.floor(Math.random() * n);

function chooseMove(policy: Policy, game: Game, isSampling: boolean): number {
  const mask = listAllowedMoves(game);
  const { action } = policy.predict(observe(game), { mask, deterministic: !isSampling });
  return Number(action);
}

function draw(context: CanvasRenderingContext2D, { player, coin, guard }: Game): void {
  const cell = context.canvas.width / size;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const fill = ({ x, y }: Cell, color: string): void => {
    context.fillStyle = color;
    context.fillRect(x * cell + 4, y * cell + 4, cell - 8, cell - 8);
  };
  fill(coin, 'goldenrod');
  fill(guard, 'crimson');
  fill(player, 'royalblue');
}

async function main(): Promise<void> {
  const address = new URLSearchParams(location.search).get('model') ?? './model/best.zip';
  const policy = await loadPolicy(new URL(address, location.href).href);
  const context = document.querySelector('canvas')?.getContext('2d');
  const coins = document.querySelector('output');
  const sampling = document.querySelector('input');
  if (!context || !coins || !sampling) throw new Error('the page has no canvas, no output or no input');

  let game = startGame(dice);
  let nextTurnAt = 0;
  const showFrame = (now: number): void => {
    requestAnimationFrame(showFrame);
    if (now < nextTurnAt) return;
    nextTurnAt = now + msPerTurn;
    if (game.isOver) game = startGame(dice);
    else playTurn(game, chooseMove(policy, game, sampling.checked), dice);
    draw(context, game);
    coins.value = String(game.coins);
  };
  requestAnimationFrame(showFrame);
}

main().catch((error: unknown) => {
  const alert = document.querySelector('[role=alert]');
  if (alert) alert.textContent = error instanceof Error ? error.message : String(error);
});
