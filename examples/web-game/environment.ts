// The game as an environment: npx a3c train examples/web-game/environment.ts
import { defineEnvironment } from 'a3c-server';
import { listAllowedMoves, moves, observe, playTurn, size, startGame } from './rules.ts';

export const coins = defineEnvironment({
  id: 'Coins-v0',
  description: 'Collect coins on a board, and do not meet the guard',
  observationSpace: { type: 'box', shape: [7], low: -1, high: 1 },
  actionSpace: { type: 'discrete', n: moves.length },
  hasActionMask: true,
  // The game goes on until the guard has met the player. Training cuts it off here.
  maxEpisodeSteps: 100,
  rewardThreshold: 15,
  create() {
    let game = startGame(() => 1);
    return {
      reset(random) {
        game = startGame((n) => random.nextInteger(n));
        return observe(game);
      },
      step(action, random) {
        const before = game.coins;
        playTurn(game, action, (n) => random.nextInteger(n));
        const reward = game.isOver ? -1 : game.coins - before;
        return { observation: observe(game), reward, terminated: game.isOver };
      },
      actionMask: () => listAllowedMoves(game).map(Number),
      render() {
        const { player, coin, guard } = game;
        const circle = ({ x, y }: { x: number; y: number }, color: 'accent' | 'good' | 'bad') =>
          ({ type: 'circle', centre: [x + 0.5, y + 0.5], radius: 0.4, color }) as const;
        return {
          width: size,
          height: size,
          shapes: [circle(coin, 'good'), circle(guard, 'bad'), circle(player, 'accent')],
        };
      },
    };
  },
});
