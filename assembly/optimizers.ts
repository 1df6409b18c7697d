// Optimizer steps over a flat range of parameters, with the formulas of tfjs, and arithmetic on gradients.
import { at, sumLanes } from './simd';

/** Σ x²; not finite exactly if an element is not finite or the sum overflows. */
export function sumOfSquares(x: usize, length: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0,
    s2 = s0,
    s3 = s0;
  let index = 0;
  for (; index + 16 <= length; index += 16) {
    const p = at(x, index);
    const x0 = v128.load(p);
    const x1 = v128.load(p, 16);
    const x2 = v128.load(p, 32);
    const x3 = v128.load(p, 48);
    s0 = f32x4.add(s0, f32x4.mul(x0, x0));
    s1 = f32x4.add(s1, f32x4.mul(x1, x1));
    s2 = f32x4.add(s2, f32x4.mul(x2, x2));
    s3 = f32x4.add(s3, f32x4.mul(x3, x3));
  }
  let sum = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; index < length; index += 1) {
    const element = load<f32>(at(x, index));
    sum += element * element;
  }
  return sum;
}

/** x ← factor·x. */
export function scale(x: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const p = at(x, index);
    v128.store(p, f32x4.mul(v128.load(p), factors));
  }
  for (; index < length; index += 1) store<f32>(at(x, index), load<f32>(at(x, index)) * factor);
}

/** x ← 0. */
export function clear(x: usize, length: i32): void {
  memory.fill(x, 0, <usize>length << 2);
}

/** target ← target + x. */
export function addTo(target: usize, x: usize, length: i32): void {
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    v128.store(at(target, index), f32x4.add(v128.load(at(target, index)), v128.load(at(x, index))));
  }
  for (; index < length; index += 1) {
    store<f32>(at(target, index), load<f32>(at(target, index)) + load<f32>(at(x, index)));
  }
}

/** target ← target + fraction·(x − target). */
export function blend(target: usize, x: usize, length: i32, fraction: f32): void {
  const share = f32x4.splat(fraction);
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const t = v128.load(at(target, index));
    v128.store(at(target, index), f32x4.add(t, f32x4.mul(share, f32x4.sub(v128.load(at(x, index)), t))));
  }
  for (; index < length; index += 1) {
    const t = load<f32>(at(target, index));
    store<f32>(at(target, index), t + fraction * (load<f32>(at(x, index)) - t));
  }
}

/** Clips each element to ±limit; NaN stays NaN. */
export function clipValues(x: usize, length: i32, limit: f32): void {
  const highest = f32x4.splat(limit);
  const lowest = f32x4.splat(-limit);
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const p = at(x, index);
    v128.store(p, f32x4.pmax(f32x4.pmin(v128.load(p), highest), lowest));
  }
  for (; index < length; index += 1) {
    const p = at(x, index);
    store<f32>(p, min(max(load<f32>(p), -limit), limit));
  }
}

/**
 * Adam (Kingma & Ba 2015) with the formula of tfjs: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 * θ ← θ − learningRate · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε). The corrections are 1/(1−βᵗ).
 */
export function adam(
  parameters: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  length: i32,
  learningRate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  correction1: f32,
  correction2: f32,
): void {
  const rate = f32x4.splat(learningRate * correction1);
  const decay1 = f32x4.splat(beta1);
  const decay2 = f32x4.splat(beta2);
  const rest1 = f32x4.splat(<f32>1 - beta1);
  const rest2 = f32x4.splat(<f32>1 - beta2);
  const small = f32x4.splat(epsilon);
  const c2 = f32x4.splat(correction2);
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const g = v128.load(at(gradient, index));
    const m = f32x4.add(f32x4.mul(decay1, v128.load(at(firstMoment, index))), f32x4.mul(rest1, g));
    const v = f32x4.add(
      f32x4.mul(decay2, v128.load(at(secondMoment, index))),
      f32x4.mul(rest2, f32x4.mul(g, g)),
    );
    v128.store(at(firstMoment, index), m);
    v128.store(at(secondMoment, index), v);
    const step = f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, c2)), small));
    v128.store(at(parameters, index), f32x4.sub(v128.load(at(parameters, index)), step));
  }
  for (; index < length; index += 1) {
    const g = load<f32>(at(gradient, index));
    const m = beta1 * load<f32>(at(firstMoment, index)) + (<f32>1 - beta1) * g;
    const v = beta2 * load<f32>(at(secondMoment, index)) + (<f32>1 - beta2) * (g * g);
    store<f32>(at(firstMoment, index), m);
    store<f32>(at(secondMoment, index), v);
    const step = (learningRate * correction1 * m) / (sqrt<f32>(v * correction2) + epsilon);
    store<f32>(at(parameters, index), load<f32>(at(parameters, index)) - step);
  }
}

/**
 * RMSProp (Hinton 2012) with the formula of tfjs: s ← decay·s + (1−decay)·g²,
 * u ← momentum·u + learningRate·g/√(s + ε), θ ← θ − u.
 */
export function rmsProp(
  parameters: usize,
  gradient: usize,
  meanSquare: usize,
  update: usize,
  length: i32,
  learningRate: f32,
  decay: f32,
  momentum: f32,
  epsilon: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const keep = f32x4.splat(decay);
  const rest = f32x4.splat(<f32>1 - decay);
  const inertia = f32x4.splat(momentum);
  const small = f32x4.splat(epsilon);
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const g = v128.load(at(gradient, index));
    const s = f32x4.add(f32x4.mul(keep, v128.load(at(meanSquare, index))), f32x4.mul(rest, f32x4.mul(g, g)));
    v128.store(at(meanSquare, index), s);
    const u = f32x4.add(
      f32x4.mul(inertia, v128.load(at(update, index))),
      f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(s, small))),
    );
    v128.store(at(update, index), u);
    v128.store(at(parameters, index), f32x4.sub(v128.load(at(parameters, index)), u));
  }
  for (; index < length; index += 1) {
    const g = load<f32>(at(gradient, index));
    const s = decay * load<f32>(at(meanSquare, index)) + (<f32>1 - decay) * (g * g);
    const u = momentum * load<f32>(at(update, index)) + (learningRate * g) / sqrt<f32>(s + epsilon);
    store<f32>(at(meanSquare, index), s);
    store<f32>(at(update, index), u);
    store<f32>(at(parameters, index), load<f32>(at(parameters, index)) - u);
  }
}
