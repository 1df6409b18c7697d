// A revolute joint with a motor and limits. A step solves it 180 times, which is most of the time of a step, so it has
// a solver of its own: planck's sequential impulses without its temporary objects, and without iterations that change
// nothing.
import { RevoluteJoint, type Body, type TimeStep, type Vec2Value } from 'planck';

export interface HingeSettings {
  readonly bodyA: Body;
  readonly bodyB: Body;
  /** Where the bodies meet, in the coordinates of each. */
  readonly anchorA: Vec2Value;
  readonly anchorB: Vec2Value;
  /** Limits of the angle of body B against body A, from the angle at which they are joined (radians). */
  readonly lowerAngle: number;
  readonly upperAngle: number;
  /** Newton metres. */
  readonly maxMotorTorque: number;
  /** Radians per second. */
  readonly motorSpeed: number;
}

interface Vector {
  x: number;
  y: number;
}

interface Vector3 extends Vector {
  z: number;
}

interface SolvedBody {
  readonly c_velocity: { readonly v: Vector; w: number };
}

/** What planck's types leave out: what a solver reads and writes. */
interface SolverFields {
  readonly m_bodyA: SolvedBody;
  readonly m_bodyB: SolvedBody;
  readonly m_invMassA: number;
  readonly m_invMassB: number;
  readonly m_invIA: number;
  readonly m_invIB: number;
  /** From each body's centre to the joint. */
  readonly m_rA: Vector;
  readonly m_rB: Vector;
  readonly m_mass: { readonly ex: Vector3; readonly ey: Vector3; readonly ez: Vector3 };
  readonly m_motorMass: number;
  m_motorSpeed: number;
  m_maxMotorTorque: number;
  readonly m_limitState: number;
  readonly m_impulse: Vector3;
  m_motorImpulse: number;
}

/** Values of `m_limitState`. The upper limit has the third. */
const noLimit = 0;
const lowerLimit = 1;

/** Velocities before an iteration: of body A, its rate of turning, and of body B. */
const velocityCount = 6;

export class Hinge extends RevoluteJoint {
  readonly #fields: SolverFields;
  /** Inverse of the point's effective mass, and of that of point and angle. */
  readonly #pointInverse = new Float64Array(3);
  readonly #limitInverse = new Float64Array(6);
  /** Velocities before the last iteration, and whether it left them as they were. */
  readonly #before = new Float64Array(velocityCount);
  #isSettled = false;

  constructor({ bodyA, bodyB, anchorA, anchorB, ...limits }: HingeSettings) {
    super({
      ...limits,
      bodyA,
      bodyB,
      localAnchorA: anchorA,
      localAnchorB: anchorB,
      enableMotor: true,
      enableLimit: true,
      referenceAngle: bodyB.getAngle() - bodyA.getAngle(),
    });
    this.#fields = readSolverFields(this);
  }

  /** Lets the motor turn at this speed (radians per second) with up to this torque (newton metres). */
  drive(speed: number, torque: number): void {
    // As in Box2D, this wakes the bodies even where it changes nothing.
    this.getBodyA().setAwake(true);
    this.getBodyB().setAwake(true);
    this.#fields.m_motorSpeed = speed;
    this.#fields.m_maxMotorTorque = torque;
  }

  override initVelocityConstraints(step: TimeStep): void {
    super.initVelocityConstraints(step);
    const { ex, ey } = this.#fields.m_mass;
    invertPoint(ex, ey, this.#pointInverse);
    invertLimit(this.#fields.m_mass, this.#limitInverse);
    this.#isSettled = false;
  }

  override solveVelocityConstraints(step: TimeStep): void {
    const joint = this.#fields;
    const velocityA = joint.m_bodyA.c_velocity;
    const velocityB = joint.m_bodyB.c_velocity;
    const vectorA = velocityA.v;
    const vectorB = velocityB.v;
    let ax = vectorA.x;
    let ay = vectorA.y;
    let aw = velocityA.w;
    let bx = vectorB.x;
    let by = vectorB.y;
    let bw = velocityB.w;
    const before = this.#before;
    if (
      this.#isSettled &&
      ax === before[0]! &&
      ay === before[1]! &&
      aw === before[2]! &&
      bx === before[3]! &&
      by === before[4]! &&
      bw === before[5]!
    )
      return;
    before[0] = ax;
    before[1] = ay;
    before[2] = aw;
    before[3] = bx;
    before[4] = by;
    before[5] = bw;
    const inverseMassA = joint.m_invMassA;
    const inverseMassB = joint.m_invMassB;
    const inverseInertiaA = joint.m_invIA;
    const inverseInertiaB = joint.m_invIB;
    const armAx = joint.m_rA.x;
    const armAy = joint.m_rA.y;
    const armBx = joint.m_rB.x;
    const armBy = joint.m_rB.y;
    const impulse = joint.m_impulse;

    const maxImpulse = step.dt * joint.m_maxMotorTorque;
    const motorImpulse = joint.m_motorImpulse - joint.m_motorMass * (bw - aw - joint.m_motorSpeed);
    const clipped =
      motorImpulse < -maxImpulse ? -maxImpulse : motorImpulse > maxImpulse ? maxImpulse : motorImpulse;
    const turn = clipped - joint.m_motorImpulse;
    joint.m_motorImpulse = clipped;
    aw -= inverseInertiaA * turn;
    bw += inverseInertiaB * turn;

    // How fast the point of body B leaves that of body A.
    const slipX = bx - bw * armBy - ax + aw * armAy;
    const slipY = by + bw * armBx - ay - aw * armAx;
    const point = this.#pointInverse;
    let pushX = 0;
    let pushY = 0;
    let pushAngle = 0;
    const limit = joint.m_limitState;
    if (limit === noLimit) {
      pushX = -(point[0]! * slipX + point[1]! * slipY);
      pushY = -(point[1]! * slipX + point[2]! * slipY);
    } else {
      const inverse = this.#limitInverse;
      const rate = bw - aw;
      pushX = -(inverse[0]! * slipX + inverse[1]! * slipY + inverse[2]! * rate);
      pushY = -(inverse[1]! * slipX + inverse[3]! * slipY + inverse[4]! * rate);
      pushAngle = -(inverse[2]! * slipX + inverse[4]! * slipY + inverse[5]! * rate);
      const total = impulse.z + pushAngle;
      // A limit pushes back only: where it would pull, it lets go, and the point alone is held.
      if (limit === lowerLimit ? total < 0 : total > 0) {
        const { x, y } = joint.m_mass.ez;
        const holdX = -slipX + impulse.z * x;
        const holdY = -slipY + impulse.z * y;
        pushX = point[0]! * holdX + point[1]! * holdY;
        pushY = point[1]! * holdX + point[2]! * holdY;
        pushAngle = -impulse.z;
      }
      impulse.z += pushAngle;
    }
    impulse.x += pushX;
    impulse.y += pushY;
    ax -= inverseMassA * pushX;
    ay -= inverseMassA * pushY;
    aw -= inverseInertiaA * (armAx * pushY - armAy * pushX + pushAngle);
    bx += inverseMassB * pushX;
    by += inverseMassB * pushY;
    bw += inverseInertiaB * (armBx * pushY - armBy * pushX + pushAngle);
    vectorA.x = ax;
    vectorA.y = ay;
    velocityA.w = aw;
    vectorB.x = bx;
    vectorB.y = by;
    velocityB.w = bw;
    this.#isSettled =
      ax === before[0] &&
      ay === before[1] &&
      aw === before[2] &&
      bx === before[3] &&
      by === before[4] &&
      bw === before[5];
  }
}

/** Writes the inverse of the symmetric matrix of the point: xx, xy, yy. */
function invertPoint(ex: Vector, ey: Vector, target: Float64Array): void {
  const scale = 1 / (ex.x * ey.y - ey.x * ex.y);
  target[0] = scale * ey.y;
  target[1] = -scale * ey.x;
  target[2] = scale * ex.x;
}

/** Writes the inverse of the symmetric matrix of point and angle: xx, xy, xz, yy, yz, zz. */
function invertLimit({ ex, ey, ez }: SolverFields['m_mass'], target: Float64Array): void {
  const xx = ey.y * ez.z - ez.y * ez.y;
  const xy = ez.x * ez.y - ey.x * ez.z;
  const xz = ey.x * ez.y - ey.y * ez.x;
  const scale = 1 / (ex.x * xx + ey.x * xy + ez.x * xz);
  target[0] = scale * xx;
  target[1] = scale * xy;
  target[2] = scale * xz;
  target[3] = scale * (ex.x * ez.z - ez.x * ez.x);
  target[4] = scale * (ey.x * ez.x - ex.x * ez.y);
  target[5] = scale * (ex.x * ey.y - ey.x * ey.x);
}

function readSolverFields(joint: unknown): SolverFields {
  if (!hasSolverFields(joint)) throw new TypeError('this planck has no fields for the solver of hinges');
  return joint;
}

function hasSolverFields(joint: unknown): joint is SolverFields {
  if (typeof joint !== 'object' || joint === null) return false;
  return ['m_bodyA', 'm_bodyB', 'm_mass', 'm_impulse', 'm_motorImpulse', 'm_limitState'].every(
    (name) => name in joint,
  );
}
