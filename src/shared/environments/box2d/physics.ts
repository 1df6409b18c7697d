// Rigid bodies of Box2D, as planck computes them, with what makes its results those of Box2D 2.3 in C++.
import { BroadPhase, EdgeShape, PolygonShape, World, type Body, type Shape, type Vec2Value } from 'planck';
import type { ScenePoint } from '../scene.ts';
import { Hinge, type HingeSettings } from './hinge.ts';

export const stepsPerSecond = 50;
const velocityIterations = 180;
const positionIterations = 60;

/** Bits of the categories that collide; moving bodies collide with the ground only. */
export const groundCategory = 0x1;

/** Pairs of proxies are sorted as one number each: the smaller id times this, and the larger id. */
const idRange = 2 ** 20;

interface BodySettings {
  readonly position: Vec2Value;
  readonly angleRadians: number;
  readonly shape: PolygonShape;
  /** Kilograms per square metre. */
  readonly density: number;
  readonly friction: number;
}

interface GroundPart {
  readonly shape: Shape;
  readonly friction: number;
}

/** A fresh world for one episode: nodes that an earlier episode has freed would change the order of contacts. */
export class Physics {
  readonly #world = new World({ gravity: { x: 0, y: -10 } });

  constructor() {
    sortPairs(this.#world);
  }

  /** Calls back with the two bodies of each contact that begins or ends. */
  watchContacts(listener: (bodyA: Body, bodyB: Body, isTouching: boolean) => void): void {
    this.#world.on('begin-contact', (contact) =>
      listener(contact.getFixtureA().getBody(), contact.getFixtureB().getBody(), true),
    );
    this.#world.on('end-contact', (contact) =>
      listener(contact.getFixtureA().getBody(), contact.getFixtureB().getBody(), false),
    );
  }

  /** Adds a body that collides with the ground, of the given category. */
  addBody({ position, angleRadians, shape, density, friction }: BodySettings, category: number): Body {
    const body = this.#world.createBody({ type: 'dynamic', position, angle: angleRadians });
    keepSleepTime(body);
    body.createFixture({
      shape,
      density,
      friction,
      restitution: 0,
      filterCategoryBits: category,
      filterMaskBits: groundCategory,
    });
    return body;
  }

  /** Adds a body that never moves. */
  addGround(parts: readonly GroundPart[]): void {
    const ground = this.#world.createBody({ type: 'static' });
    for (const { shape, friction } of parts) ground.createFixture({ shape, density: 0, friction });
  }

  /** Joins two bodies by a motor that turns them against each other, from their present angle. */
  addHinge(settings: HingeSettings): Hinge {
    const hinge = new Hinge(settings);
    this.#world.createJoint(hinge);
    return hinge;
  }

  step(): void {
    this.#world.step(1 / stepsPerSecond, velocityIterations, positionIterations);
  }

  /** Returns the part of the way from `from` to `to` before the ground, 1 if the ground is not reached. */
  measureDistance(from: Vec2Value, to: Vec2Value): number {
    let nearest = 1;
    this.#world.rayCast(from, to, (fixture, _point, _normal, fraction) => {
      if ((fixture.getFilterCategoryBits() & groundCategory) === 0) return -1;
      nearest = fraction;
      return fraction;
    });
    return nearest;
  }
}

export function createEdge([fromX, fromY]: ScenePoint, [toX, toY]: ScenePoint): EdgeShape {
  return new EdgeShape({ x: fromX, y: fromY }, { x: toX, y: toY });
}

export function createPolygon(points: readonly ScenePoint[]): PolygonShape {
  return new PolygonShape(points.map(([x, y]) => ({ x, y })));
}

/** In Box2D, waking a body that is awake does not begin the time before it falls asleep anew; in planck it does. */
function keepSleepTime(body: Body): void {
  const setAwake = body.setAwake.bind(body);
  body.setAwake = (isAwake) => {
    if (!isAwake || !body.isAwake()) setAwake(isAwake);
  };
}

/** Returns the corners of a body's polygon where it is now. */
export function listCorners(body: Body): ScenePoint[] {
  const shape = body.getFixtureList()?.getShape();
  if (!(shape instanceof PolygonShape)) return [];
  return shape.m_vertices.slice(0, shape.m_count).map((vertex) => {
    const { x, y } = body.getWorldPoint(vertex);
    return [x, y];
  });
}

/**
 * Makes new contacts in the order of Box2D: sorted by the ids of their proxies, each pair once. planck makes them in the
 * order of its search, and contacts are solved in the order in which they were made.
 */
function sortPairs(world: World): void {
  const broadPhase: unknown = Reflect.get(world, 'm_broadPhase');
  if (!(broadPhase instanceof BroadPhase)) throw new TypeError('this planck has no broad phase to sort');
  const pairs: number[] = [];
  let movedId = 0;
  const collect = (id: number): boolean => {
    if (id !== movedId) pairs.push(Math.min(id, movedId) * idRange + Math.max(id, movedId));
    return true;
  };
  broadPhase.updatePairs = (addPair) => {
    const moved = broadPhase.m_moveBuffer;
    if (moved.length === 0) return;
    pairs.length = 0;
    for (const id of moved) {
      movedId = id;
      broadPhase.query(broadPhase.getFatAABB(id), collect);
    }
    moved.length = 0;
    pairs.sort((a, b) => a - b);
    let last = -1;
    for (const pair of pairs) {
      if (pair === last) continue;
      last = pair;
      addPair(broadPhase.getUserData(Math.floor(pair / idRange)), broadPhase.getUserData(pair % idRange));
    }
  };
}
