// Activations in plain TypeScript, by the codes kernels know them under.

/** An activation by its kernel code. */
export function activate(x: number, code: number): number {
  switch (code) {
    case 1:
      return Math.max(x, 0);
    case 2:
      return Math.tanh(x);
    case 3:
      return x > 0 ? x : Math.expm1(x);
    default:
      return x;
  }
}

/** Derivative of an activation by its output y. */
export function activationSlope(y: number, code: number): number {
  switch (code) {
    case 1:
      return y > 0 ? 1 : 0;
    case 2:
      return 1 - y * y;
    case 3:
      return y > 0 ? 1 : y + 1;
    default:
      return 1;
  }
}
