// Interface of a layer type: shapes, parameters and how these begin. What computes a layer is listed by each engine, and
// how files describe it by the model format.
import type { Shape } from '../shape.ts';

/** Shape and initialization of a tensor of parameters. */
export interface TensorDescription {
  readonly shape: Shape;
  /** What its elements start at, all alike or one by one; null where initialization draws them. */
  readonly initialValue: number | readonly number[] | null;
  /** Matrices that stand side by side in a kernel, one for each gate of an LSTM; 1 where absent. */
  readonly gates?: number;
  /** Whether it is drawn orthogonal even where the network's initialization is another. */
  readonly alwaysOrthogonal?: true;
}

/** A parameter of a layer. */
export interface LayerTensor extends TensorDescription {
  /** Its name in the layer, in camelCase, e.g. `kernel`. */
  readonly part: string;
}

export interface LayerDescriptor<Spec> {
  /** Whether its outputs depend on earlier steps of the episode. */
  readonly isRecurrent: boolean;
  /** Whether a stack of such layers alone takes an observation of any shape as one row of numbers. */
  readonly flattensObservation: boolean;
  /** Why it cannot take inputs of that shape; null where it can. */
  explainMisfit(layer: Spec, inputShape: Shape): string | null;
  /** Shape of one row of outputs, for inputs that fit. */
  computeOutputShape(layer: Spec, inputShape: Shape): Shape;
  /** Its parameters in the order of the layout, for inputs that fit. */
  listTensors(layer: Spec, inputShape: Shape): readonly LayerTensor[];
}

/** The misfit of a layer that takes one row of numbers; null where it gets one. */
export function explainPicture(type: string, inputShape: Shape): string | null {
  if (inputShape.length <= 1) return null;
  return `${type} takes one row of numbers, not [${inputShape.join(', ')}]: put a flatten layer before it`;
}

/** A kernel with a bias for each of its outputs, its last axis. */
export function describeKernelAndBias(kernelShape: Shape): LayerTensor[] {
  return [
    { part: 'kernel', shape: kernelShape, initialValue: null },
    { part: 'bias', shape: kernelShape.slice(-1), initialValue: 0 },
  ];
}
