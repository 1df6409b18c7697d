// Example of a custom environment: walk along a corridor to the door at one of its ends. Copy the file to any
// directory, and run in the checkout of a3c-server:
//   npx a3c train path/to/custom-environment.ts
import { defineEnvironment } from 'a3c-server';

const length = 11;

export const corridor = defineEnvironment({
  id: 'Corridor-v0',
  description: 'Walk to the door, which is at either end of a corridor',
  // Where you are from −1 to 1, and on which side the door is.
  observationSpace: { type: 'box', shape: [2], low: -1, high: 1 },
  actionSpace: { type: 'discrete', n: 2 },
  maxEpisodeSteps: 50,
  rewardThreshold: 0.9,
  create() {
    const middle = (length - 1) / 2;
    let position = middle;
    let door = 0;
    const observe = () => [(position - middle) / middle, door === 0 ? -1 : 1];
    return {
      reset(random) {
        position = middle;
        door = random.nextInteger(2) * (length - 1);
        return observe();
      },
      step(action) {
        position = Math.min(Math.max(position + (action === 1 ? 1 : -1), 0), length - 1);
        const terminated = position === door;
        return { observation: observe(), reward: terminated ? 1 : -0.01, terminated };
      },
      // What `npx a3c play` draws: the floor, the door and the walker.
      render: () => ({
        width: length,
        height: 2,
        shapes: [
          {
            type: 'line',
            points: [
              [0, 2],
              [length, 2],
            ],
            color: 'muted',
          },
          {
            type: 'polygon',
            points: [
              [door, 1],
              [door + 1, 1],
              [door + 1, 2],
              [door, 2],
            ],
            color: 'good',
          },
          { type: 'circle', centre: [position + 0.5, 1.6], radius: 0.4, color: 'accent' },
        ],
      }),
    };
  },
});
