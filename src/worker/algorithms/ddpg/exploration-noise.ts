// Exploration noise: one process for each environment of a worker. The unit is half the range of a bounded action, and
// 1 for an unbounded action.
import { assertNever } from '../../../shared/errors/assert-never.ts';
import type { NoiseSpec } from '../../../shared/algorithms/ddpg/ddpg-spec.ts';
import type { Random } from '../../../shared/random/random.ts';
import type { BoxSpace } from '../../../shared/spaces/space.ts';
import { takeFloat64, takeNumbers, type ModelState } from '../../../shared/engines/model-state.ts';

export interface ExplorationNoise {
  /** Writes the next noise of an environment to `target[offset…]`. */
  next(environment: number, target: Float32Array, offset: number): void;
  /** Resets the process of an environment whose episode ended. */
  reset(environment: number): void;
  /** Copies the state to resume from. */
  getState(): ModelState;
  setState(state: ModelState): void;
}

export interface ExplorationNoiseOptions {
  readonly spec: NoiseSpec;
  readonly actionSpace: BoxSpace;
  readonly environments: number;
  readonly random: Random;
}

export function createExplorationNoise(options: ExplorationNoiseOptions): ExplorationNoise {
  const { spec, actionSpace, random } = options;
  const scales = measureScales(actionSpace);
  switch (spec.type) {
    case 'gaussian':
      return {
        next(_environment, target, offset) {
          for (let index = 0; index < scales.length; index += 1) {
            target[offset + index] = scales[index]! * spec.standardDeviation * random.nextNormal();
          }
        },
        reset() {
          // Independent normal numbers have no state.
        },
        getState: () => ({ noiseRandom: random.getState() }),
        setState(state) {
          random.setState(takeNumbers(state, 'noiseRandom'));
        },
      };
    case 'ornsteinUhlenbeck':
      return createOrnsteinUhlenbeckNoise({ ...options, spec }, scales);
    default:
      return assertNever(spec);
  }
}

/** x ← x − θ·x·Δt + σ·√Δt·N(0, 1) (Uhlenbeck & Ornstein 1930), from x = 0 in each episode. */
function createOrnsteinUhlenbeckNoise(
  {
    spec,
    environments,
    random,
  }: ExplorationNoiseOptions & { readonly spec: Extract<NoiseSpec, { type: 'ornsteinUhlenbeck' }> },
  scales: Float64Array,
): ExplorationNoise {
  const { theta, sigma, timeStep } = spec;
  const size = scales.length;
  const state = new Float64Array(environments * size);
  const drive = sigma * Math.sqrt(timeStep);
  return {
    next(environment, target, offset) {
      for (let index = 0; index < size; index += 1) {
        const place = environment * size + index;
        state[place]! += -theta * state[place]! * timeStep + drive * random.nextNormal();
        target[offset + index] = scales[index]! * state[place]!;
      }
    },
    reset(environment) {
      state.fill(0, environment * size, (environment + 1) * size);
    },
    getState: () => ({ noiseRandom: random.getState(), noise: state.slice() }),
    setState(kept) {
      random.setState(takeNumbers(kept, 'noiseRandom'));
      state.set(takeFloat64(kept, 'noise'));
    },
  };
}

function measureScales({ low, high }: BoxSpace): Float64Array {
  return Float64Array.from(low, (bound, index) => {
    const range = high[index]! - bound;
    return Number.isFinite(range) ? range / 2 : 1;
  });
}
