// Graph of an ONNX model: what a file contains, before it is encoded (https://onnx.ai/onnx/repo-docs/IR.html).
import type { Reorder } from '../model-format/file-piece.ts';
import type { Shape } from '../network/shape.ts';

/** A tensor of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** Shape of one row; the batch is an axis in front. */
  readonly shape: Shape;
}

export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] };

export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  /** Names of tensors; an empty one stands for an optional input that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant tensor of the graph. */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: Shape;
  readonly content: InitializerContent;
}

export type InitializerContent =
  | { readonly type: 'integers'; readonly values: readonly number[] }
  | { readonly type: 'numbers'; readonly values: readonly number[] }
  | {
      readonly type: 'weight';
      /** Number of the numbers before it in weights.bin. */
      readonly offset: number;
      readonly size: number;
      readonly reorder: Reorder | null;
    };

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
