// LunarLander: land softly between the flags, with a main engine and two side engines. Gymnasium's physics.
import { BoxShape, type Body } from 'planck';
import type { RestorableEnvironment } from '../environment.ts';
import type { Scene, ScenePoint } from '../scene.ts';
import { drawLander } from './draw-lander.ts';
import { clipToUnit, EpisodeHistory, type Draws } from './episode-history.ts';
import { createEdge, createPolygon, Physics, stepsPerSecond } from './physics.ts';

/** Pixels of Gymnasium's picture for each metre; its constants are given in pixels. */
const pixelsPerMetre = 30;
const width = 600 / pixelsPerMetre;
const height = 400 / pixelsPerMetre;

const mainEnginePower = 13;
const mainEngineHeight = 4 / pixelsPerMetre;
const sideEnginePower = 0.6;
const sideEngineDistance = 12 / pixelsPerMetre;
/** Where a side engine pushes, along the body: measured with the cosine of its angle, and with the sine. */
const sideEngineHeight = 14 / pixelsPerMetre;
const sideEngineShift = 17 / pixelsPerMetre;
const maxInitialForce = 1000;

const hullCorners = (
  [
    [-14, 17],
    [-17, 0],
    [-17, -10],
    [17, -10],
    [17, 0],
    [14, 17],
  ] as const
).map(([x, y]): ScenePoint => [x / pixelsPerMetre, y / pixelsPerMetre]);
const legDistance = 20 / pixelsPerMetre;
const legDrop = 18 / pixelsPerMetre;
const legHalfWidth = 2 / pixelsPerMetre;
const legHalfHeight = 8 / pixelsPerMetre;
const hullCategory = 0x10;
const legCategory = 0x20;

/** Corners of the ground's surface, 2 m apart. */
const groundPoints = 11;
const padHeight = height / 4;
/** Of the drawn heights, these are those of the pad. */
const firstPadPoint = 3;
const lastPadPoint = 7;
/** Each corner has the sum of three neighbouring heights times this: Gymnasium's third. */
const smoothing = 0.33;
const groundFriction = 0.1;
const defaultFriction = 0.2;

const observationSize = 8;

interface Leg {
  readonly body: Body;
  isTouching: boolean;
}

/** Which engines fire, and how strongly: 0, or 0.5 to 1. */
interface Thrust {
  main: number;
  side: number;
  /** −1: the left engine, 1: the right one. */
  direction: number;
}

/**
 * A lander falls from the middle of the top, with a random push, in a picture of 20 m × 13.3 m, on random hills with a
 * flat pad in their middle. It stands on two sprung legs. A step is 1/50 s.
 * Observation: position of the lander from the pad's middle (1 is 10 m to the side, 6.7 m up), velocity (1 is 5 m/s to
 * the side, 7.5 m/s up), angle (radians), its rate (1 is 2.5 radians per second), and 1 for each leg on the ground.
 * Actions 0 to 3: no engine, the left, the main or the right one. Continuous: the main engine (above 0, from half to
 * full power) and the side engines (below −0.5 the left one, above 0.5 the right one).
 * The reward is the change of −100 · (distance + speed + |angle|) + 10 · (legs on the ground), less 0.3 times the power
 * of the main engine and 0.03 times that of a side engine. At the end it is −100 where the hull has touched the ground
 * or left the picture, and +100 where the lander has come to rest.
 */
export class LunarLander implements RestorableEnvironment {
  terminated = false;
  readonly #isContinuous: boolean;
  readonly #history = new EpisodeHistory();
  readonly #observation = new Float64Array(observationSize);
  readonly #thrust: Thrust = { main: 0, side: 0, direction: 0 };
  #physics = new Physics();
  #lander: Body | null = null;
  #legs: readonly Leg[] = [];
  #surface: readonly ScenePoint[] = [];
  #hasCrashed = false;
  #potential = 0;

  constructor({ isContinuous }: { readonly isContinuous: boolean }) {
    this.#isContinuous = isContinuous;
  }

  reset(draws: Draws): void {
    this.#history.begin(draws);
    this.#build();
  }

  step(actions: Float32Array, offset: number, draws: Draws): number {
    if (this.terminated) return 0;
    this.#history.beginStep(draws);
    if (!this.#isContinuous) return this.#act(this.#history.record(actions[offset]!), 0);
    const main = this.#history.record(clipToUnit(actions[offset]!));
    return this.#act(main, this.#history.record(clipToUnit(actions[offset + 1]!)));
  }

  #act(first: number, second: number): number {
    const thrust = this.#thrust;
    if (this.#isContinuous) {
      thrust.main = first > 0 ? (first + 1) / 2 : 0;
      const sideways = Math.abs(second);
      thrust.side = sideways > 0.5 ? sideways : 0;
      thrust.direction = Math.sign(second);
    } else {
      thrust.main = first === 2 ? 1 : 0;
      thrust.side = first === 1 || first === 3 ? 1 : 0;
      thrust.direction = first - 2;
    }
    return this.#advance();
  }

  /** Builds ground and lander anew, and lets the first step pass without engines, as Gymnasium does. */
  #build(): void {
    const draws = this.#history;
    const physics = new Physics();
    this.#surface = drawSurface(draws);
    physics.addGround([
      { shape: createEdge([0, 0], [width, 0]), friction: defaultFriction },
      ...this.#surface.slice(1).map((point, index) => ({
        shape: createEdge(this.#surface[index]!, point),
        friction: groundFriction,
      })),
    ]);
    const lander = physics.addBody(
      {
        position: { x: width / 2, y: height },
        angleRadians: 0,
        shape: createPolygon(hullCorners),
        density: 5,
        friction: 0.1,
      },
      hullCategory,
    );
    const force = draws.nextUniform(-maxInitialForce, maxInitialForce);
    lander.applyForceToCenter({ x: force, y: draws.nextUniform(-maxInitialForce, maxInitialForce) }, true);
    const legs = [-1, 1].map((side) => addLeg(physics, lander, side));
    physics.watchContacts((bodyA, bodyB, isTouching) => {
      if (isTouching && (bodyA === lander || bodyB === lander)) this.#hasCrashed = true;
      for (const leg of legs) if (bodyA === leg.body || bodyB === leg.body) leg.isTouching = isTouching;
    });
    this.#physics = physics;
    this.#lander = lander;
    this.#legs = legs;
    this.#hasCrashed = false;
    this.#potential = Number.NaN;
    this.#thrust.main = 0;
    this.#thrust.side = 0;
    this.#advance();
  }

  /** Fires the engines, lets a step pass and returns its reward. */
  #advance(): number {
    const lander = this.#lander!;
    this.#fireEngines(lander);
    this.#physics.step();

    const observation = this.#observation;
    const position = lander.getPosition();
    const velocity = lander.getLinearVelocity();
    observation[0] = (position.x - width / 2) / (width / 2);
    observation[1] = (position.y - (padHeight + legDrop)) / (height / 2);
    observation[2] = (velocity.x * (width / 2)) / stepsPerSecond;
    observation[3] = (velocity.y * (height / 2)) / stepsPerSecond;
    observation[4] = lander.getAngle();
    observation[5] = (20 * lander.getAngularVelocity()) / stepsPerSecond;
    observation[6] = this.#legs[0]!.isTouching ? 1 : 0;
    observation[7] = this.#legs[1]!.isTouching ? 1 : 0;

    const before = this.#potential;
    this.#potential = computePotential(observation);
    this.terminated = true;
    if (this.#hasCrashed || Math.abs(observation[0]) >= 1) return -100;
    if (!lander.isAwake()) return 100;
    this.terminated = false;
    return this.#potential - before - 0.3 * this.#thrust.main - 0.03 * this.#thrust.side;
  }

  /** Pushes the lander by its engines; where they push varies a little from step to step. */
  #fireEngines(lander: Body): void {
    const along = this.#history.nextUniform(-1, 1) / pixelsPerMetre;
    const across = this.#history.nextUniform(-1, 1) / pixelsPerMetre;
    const { main, side, direction } = this.#thrust;
    const sine = Math.sin(lander.getAngle());
    const cosine = Math.cos(lander.getAngle());
    if (main > 0) {
      const x = sine * (mainEngineHeight + 2 * along) - cosine * across;
      const y = -cosine * (mainEngineHeight + 2 * along) - sine * across;
      pushAt(lander, [x, y], -mainEnginePower * main);
    }
    if (side > 0) {
      const reach = 3 * across + direction * sideEngineDistance;
      const x = sine * along - cosine * reach;
      const y = -cosine * along - sine * reach;
      const { x: landerX, y: landerY } = lander.getPosition();
      const power = -sideEnginePower * side;
      const point = { x: landerX + x - sine * sideEngineShift, y: landerY + y + cosine * sideEngineHeight };
      lander.applyLinearImpulse({ x: power * x, y: power * y }, point, true);
    }
  }

  observe(target: Float32Array, offset: number): void {
    target.set(this.#observation, offset);
  }

  getState(): number[] {
    return this.#history.save();
  }

  setState(state: readonly number[]): void {
    this.#history.replay(state, {
      actionSize: this.#isContinuous ? 2 : 1,
      begin: () => this.#build(),
      step: ([first = 0, second = 0]) => this.#act(first, second),
    });
    this.terminated = false;
  }

  render(): Scene {
    return drawLander({
      width,
      height,
      surface: this.#surface,
      flags: [firstPadPoint + 1, lastPadPoint - 1],
      lander: this.#lander,
      legs: this.#legs.map(({ body }) => body),
      thrust: this.#thrust,
    });
  }
}

function addLeg(physics: Physics, lander: Body, side: number): Leg {
  const body = physics.addBody(
    {
      position: { x: width / 2 - side * legDistance, y: height },
      angleRadians: side * 0.05,
      shape: new BoxShape(legHalfWidth, legHalfHeight),
      density: 1,
      friction: defaultFriction,
    },
    legCategory,
  );
  const [lowerAngle, upperAngle] = side < 0 ? [0.9 - 0.5, 0.9] : [-0.9, -0.9 + 0.5];
  physics.addHinge({
    bodyA: lander,
    bodyB: body,
    anchorA: { x: 0, y: 0 },
    anchorB: { x: side * legDistance, y: legDrop },
    lowerAngle,
    upperAngle,
    maxMotorTorque: 40,
    motorSpeed: 0.3 * side,
  });
  return { body, isTouching: false };
}

/** Draws the corners of the ground from left to right. The pad in the middle is flat. */
function drawSurface(draws: Draws): readonly ScenePoint[] {
  const heights = Array.from({ length: groundPoints + 1 }, () => draws.nextUniform(0, height / 2));
  heights.fill(padHeight, firstPadPoint, lastPadPoint + 1);
  return Array.from({ length: groundPoints }, (_, point) => {
    // The neighbour of the first height is the last one, which no corner has.
    const sum = heights.at(point - 1)! + heights[point]! + heights[point + 1]!;
    return [(width / (groundPoints - 1)) * point, smoothing * sum];
  });
}

function computePotential(observation: Float64Array): number {
  const distance = Math.sqrt(observation[0]! * observation[0]! + observation[1]! * observation[1]!);
  const speed = Math.sqrt(observation[2]! * observation[2]! + observation[3]! * observation[3]!);
  const legs = observation[6]! + observation[7]!;
  return -100 * (distance + speed + Math.abs(observation[4]!)) + 10 * legs;
}

/** Pushes a body at a point given from its origin, along the line to that point. */
function pushAt(body: Body, [x, y]: ScenePoint, power: number): void {
  const origin = body.getPosition();
  body.applyLinearImpulse({ x: power * x, y: power * y }, { x: origin.x + x, y: origin.y + y }, true);
}
