// Where planck differs from the Box2D of Gymnasium, and Physics does not.
import { BoxShape } from 'planck';
import { expect, it } from 'vitest';
import { createEdge, Physics } from '../../../../../src/shared/environments/box2d/physics.ts';

it('lets a body fall asleep that is woken while it is awake', () => {
  const physics = new Physics();
  physics.addGround([{ shape: createEdge([-10, 0], [10, 0]), friction: 1 }]);
  const body = physics.addBody(
    { position: { x: 0, y: 0.5 }, angleRadians: 0, shape: new BoxShape(0.5, 0.5), density: 1, friction: 1 },
    0x10,
  );
  let steps = 0;
  while (body.isAwake() && steps < 500) {
    body.setAwake(true);
    physics.step();
    steps += 1;
  }
  expect(body.isAwake()).toBe(false);
  body.setAwake(true);
  expect(body.isAwake()).toBe(true);
});
