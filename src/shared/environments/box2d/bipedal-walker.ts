// BipedalWalker: walk on two legs to the end of uneven ground. Gymnasium's physics.
import { BoxShape, type Body } from 'planck';
import type { RestorableEnvironment } from '../environment.ts';
import type { Scene, ScenePoint } from '../scene.ts';
import { drawWalker } from './draw-walker.ts';
import { clipToUnit, EpisodeHistory, type Draws } from './episode-history.ts';
import type { Hinge } from './hinge.ts';
import { createEdge, createPolygon, Physics, stepsPerSecond } from './physics.ts';
import {
  drawClouds,
  drawTerrain,
  grassLength,
  startLength,
  terrainHeight,
  terrainLength,
  terrainStep,
  type Terrain,
} from './walker-terrain.ts';

/** Pixels of Gymnasium's picture for each metre; its constants are given in pixels. */
const pixelsPerMetre = 30;
const width = 600 / pixelsPerMetre;
const height = 400 / pixelsPerMetre;

const maxTorque = 80;
const hipSpeed = 4;
const kneeSpeed = 6;
const maxInitialForce = 5;
const hullCorners = (
  [
    [-30, 9],
    [6, 9],
    [34, 1],
    [34, -8],
    [-30, -8],
  ] as const
).map(([x, y]): ScenePoint => [x / pixelsPerMetre, y / pixelsPerMetre]);
const legWidth = 8 / pixelsPerMetre;
const legHeight = 34 / pixelsPerMetre;
/** Where the hips are, below the hull's origin. */
const hipHeight = -8 / pixelsPerMetre;
const walkerCategory = 0x20;
const groundFriction = 2.5;
const defaultFriction = 0.2;

const rays = 10;
const rayLength = 160 / pixelsPerMetre;
/** Radians between the first ray, straight down, and the tenth. */
const rayAngle = 1.5;
const finish = (terrainLength - grassLength) * terrainStep;

const observationSize = 14 + rays;
const jointCount = 4;

/** A leg: its hip turns the upper part against the hull, its knee the lower part against the upper one. */
interface Leg {
  readonly upper: Body;
  readonly lower: Body;
  readonly hip: Hinge;
  readonly knee: Hinge;
  isTouching: boolean;
}

/**
 * A hull on two legs, each with a hip and a knee, starts 4.7 m from the left end of 93 m of ground. A step is 1/50 s.
 * Observation: angle of the hull (radians), its rate (1 is 25 radians per second), its velocity (1 is 8.3 m/s forwards,
 * 12.5 m/s up); for each leg the angle of its hip (radians), the rate of that (1 is 4 radians per second), the angle of
 * its knee + 1, its rate (1 is 6 radians per second), and 1 where it touches the ground; and for ten rays of 5.3 m, from
 * straight down to 1.35 radians forwards, the part before the ground.
 * Actions: for the hips and knees, hip 1, knee 1, hip 2, knee 2, the direction of the motor (the sign) and its torque
 * (the size, times 80 N·m).
 * The reward is 130/30 for each metre forwards, less the change of 5 · |angle of the hull| and 0.028 for each motor
 * at full torque. The episode ends with −100 where the hull touches the ground or goes back beyond the left end, and
 * where it has reached the last grass.
 */
export class BipedalWalker implements RestorableEnvironment {
  terminated = false;
  readonly #isHardcore: boolean;
  readonly #history = new EpisodeHistory();
  readonly #observation = new Float64Array(observationSize);
  readonly #action = new Float64Array(jointCount);
  #physics = new Physics();
  #hull: Body | null = null;
  #legs: readonly Leg[] = [];
  #terrain: Terrain = { surface: [], blocks: [] };
  #clouds: readonly (readonly ScenePoint[])[] = [];
  #hasFallen = false;
  #potential = 0;

  constructor({ isHardcore }: { readonly isHardcore: boolean }) {
    this.#isHardcore = isHardcore;
  }

  reset(draws: Draws): void {
    this.#history.begin(draws);
    this.#build();
  }

  step(actions: Float32Array, offset: number, draws: Draws): number {
    if (this.terminated) return 0;
    const history = this.#history;
    history.beginStep(draws);
    for (let joint = 0; joint < jointCount; joint += 1) {
      this.#action[joint] = history.record(clipToUnit(actions[offset + joint]!));
    }
    return this.#advance();
  }

  /** Builds ground and walker anew, and lets the first step pass with loose motors, as Gymnasium does. */
  #build(): void {
    const draws = this.#history;
    const physics = new Physics();
    this.#terrain = drawTerrain(draws, this.#isHardcore);
    addTerrain(physics, this.#terrain);
    this.#clouds = drawClouds(draws);
    const [x, y] = [(terrainStep * startLength) / 2, terrainHeight + 2 * legHeight];
    const hull = physics.addBody(
      {
        position: { x, y },
        angleRadians: 0,
        shape: createPolygon(hullCorners),
        density: 5,
        friction: 0.1,
      },
      walkerCategory,
    );
    hull.applyForceToCenter({ x: draws.nextUniform(-maxInitialForce, maxInitialForce), y: 0 }, true);
    const legs = [-1, 1].map((side) => addLeg(physics, hull, side));
    physics.watchContacts((bodyA, bodyB, isTouching) => {
      if (isTouching && (bodyA === hull || bodyB === hull)) this.#hasFallen = true;
      for (const leg of legs) if (bodyA === leg.lower || bodyB === leg.lower) leg.isTouching = isTouching;
    });
    this.#physics = physics;
    this.#hull = hull;
    this.#legs = legs;
    this.#hasFallen = false;
    this.#potential = Number.NaN;
    this.#action.fill(0);
    this.#advance();
  }

  /** Sets the motors, lets a step pass and returns its reward. */
  #advance(): number {
    const hull = this.#hull!;
    const action = this.#action;
    let effort = 0;
    for (let index = 0; index < 2; index += 1) {
      const { hip, knee } = this.#legs[index]!;
      effort += drive(hip, action[2 * index]!, hipSpeed) + drive(knee, action[2 * index + 1]!, kneeSpeed);
    }
    this.#physics.step();
    this.#look(hull);

    const position = hull.getPosition();
    const before = this.#potential;
    this.#potential = (130 * position.x) / pixelsPerMetre - 5 * Math.abs(this.#observation[0]!);
    const hasFallen = this.#hasFallen || position.x < 0;
    this.terminated = hasFallen || position.x > finish;
    return hasFallen ? -100 : this.#potential - before - 0.00035 * maxTorque * effort;
  }

  #look(hull: Body): void {
    const observation = this.#observation;
    const { x, y } = hull.getLinearVelocity();
    observation[0] = hull.getAngle();
    observation[1] = (2 * hull.getAngularVelocity()) / stepsPerSecond;
    observation[2] = (0.3 * x * width) / stepsPerSecond;
    observation[3] = (0.3 * y * height) / stepsPerSecond;
    for (let index = 0; index < 2; index += 1) {
      const { hip, knee, isTouching } = this.#legs[index]!;
      const start = 4 + 5 * index;
      observation[start] = hip.getJointAngle();
      observation[start + 1] = hip.getJointSpeed() / hipSpeed;
      observation[start + 2] = knee.getJointAngle() + 1;
      observation[start + 3] = knee.getJointSpeed() / kneeSpeed;
      observation[start + 4] = isTouching ? 1 : 0;
    }
    for (let ray = 0; ray < rays; ray += 1) {
      const angle = (rayAngle * ray) / rays;
      const end = castRay(hull, angle);
      observation[14 + ray] = this.#physics.measureDistance(hull.getPosition(), end);
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
      actionSize: jointCount,
      begin: () => this.#build(),
      step: (action) => {
        this.#action.set(action);
        this.#advance();
      },
    });
    this.terminated = false;
  }

  render(): Scene {
    return drawWalker({
      width,
      height,
      terrain: this.#terrain,
      clouds: this.#clouds,
      hull: this.#hull,
      legs: this.#legs.map(({ upper, lower }) => [upper, lower]),
      finish,
    });
  }
}

/** End of a ray from the hull, at an angle from straight down (radians). */
function castRay(hull: Body, angleRadians: number): { x: number; y: number } {
  const { x, y } = hull.getPosition();
  return { x: x + Math.sin(angleRadians) * rayLength, y: y - Math.cos(angleRadians) * rayLength };
}

/** Sets a motor and returns the part of the full torque that it may use. */
function drive(hinge: Hinge, action: number, speed: number): number {
  const effort = Math.abs(action);
  hinge.drive(speed * Math.sign(action), maxTorque * effort);
  return effort;
}

function addTerrain(physics: Physics, { surface, blocks }: Terrain): void {
  for (const block of blocks) physics.addGround([{ shape: createPolygon(block), friction: groundFriction }]);
  for (let corner = 1; corner < surface.length; corner += 1) {
    const shape = createEdge(surface[corner - 1]!, surface[corner]!);
    physics.addGround([{ shape, friction: groundFriction }]);
  }
}

function addLeg(physics: Physics, hull: Body, side: number): Leg {
  const { x, y } = hull.getPosition();
  const addPart = (partWidth: number, fromTop: number): Body =>
    physics.addBody(
      {
        position: { x, y: y - hipHeight - fromTop * legHeight },
        angleRadians: side * 0.05,
        shape: new BoxShape(partWidth / 2, legHeight / 2),
        density: 1,
        friction: defaultFriction,
      },
      walkerCategory,
    );
  const top = { x: 0, y: legHeight / 2 };
  const upper = addPart(legWidth, 1 / 2);
  const hip = physics.addHinge({
    bodyA: hull,
    bodyB: upper,
    anchorA: { x: 0, y: hipHeight },
    anchorB: top,
    lowerAngle: -0.8,
    upperAngle: 1.1,
    maxMotorTorque: maxTorque,
    motorSpeed: side,
  });
  const lower = addPart(0.8 * legWidth, 3 / 2);
  const knee = physics.addHinge({
    bodyA: upper,
    bodyB: lower,
    anchorA: { x: 0, y: -legHeight / 2 },
    anchorB: top,
    lowerAngle: -1.6,
    upperAngle: -0.1,
    maxMotorTorque: maxTorque,
    motorSpeed: 1,
  });
  return { upper, lower, hip, knee, isTouching: false };
}
