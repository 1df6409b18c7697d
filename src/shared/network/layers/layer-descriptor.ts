// Interface of a layer type: its shapes, its parameters and their initial values. Each engine lists the implementation
// of a layer, and the model format its description in files.
import type { Shape } from '../shape.ts';

/** Shape and initialization of a parameter tensor. */
export interface TensorDescription {
  readonly shape: Shape;
  /** Initial value of all elements or of each one; null if they are drawn. */
  readonly initialValue: number | readonly number[] | null;
  /** Number of matrices side by side in a kernel, one for each gate of an LSTM; default: 1. */
  readonly gates?: number;
  /** Whether it is drawn orthogonal even if the network's initialization is another. */
  readonly alwaysOrthogonal?: true;
}

/** A parameter of a layer. */
export interface LayerTensor extends TensorDescription {
  /** Name in the layer, in camelCase, e.g. `kernel`. */
  readonly part: string;
}

export interface LayerDescriptor<Spec> {
  /** Whether its outputs depend on earlier steps of the episode. */
  readonly isRecurrent: boolean;
  /** Whether a stack of only such layers reads an observation of any shape as one row of numbers. */
  readonly flattensObservation: boolean;
  /** Returns why the layer does not accept inputs of that shape; null if it does. */
  explainMisfit(layer: Spec, inputShape: Shape): string | null;
  /** Computes the shape of one row of outputs, for inputs that fit. */
  computeOutputShape(layer: Spec, inputShape: Shape): Shape;
  /** Lists the parameters in the layout's order, for inputs that fit. */
  listTensors(layer: Spec, inputShape: Shape): readonly LayerTensor[];
}

/** Returns the misfit of a layer that needs one row of numbers; null if its inputs are one. */
export function explainRowMisfit(type: string, inputShape: Shape): string | null {
  if (inputShape.length <= 1) return null;
  return `${type} takes one row of numbers, not [${inputShape.join(', ')}]: put a flatten layer before it`;
}

/** Describes a kernel and a bias, which has one element for each output (the kernel's last axis). */
export function describeKernelAndBias(kernelShape: Shape): LayerTensor[] {
  return [
    { part: 'kernel', shape: kernelShape, initialValue: null },
    { part: 'bias', shape: kernelShape.slice(-1), initialValue: 0 },
  ];
}
