// Graph of one layer: a converter adds the nodes and constants of its layer with it.
import type { z } from 'zod';
import type { Reorder } from '../model-format/file-piece.ts';
import { InvalidModelError } from '../model-format/invalid-model-error.ts';
import type { StoredWeight, StoredWeights } from '../model-format/locate-weights.ts';
import { countElements, type Shape } from '../network/shape.ts';
import type { LayersModelLayer } from '../topology/layers-model.ts';
import { ModelNotExportableError } from './model-not-exportable-error.ts';
import type { OnnxAttribute, OnnxInitializer, OnnxNode } from './onnx-graph.ts';

/** What the layers of a model share. */
export interface GraphParts {
  readonly nodes: OnnxNode[];
  readonly initializers: OnnxInitializer[];
  readonly weights: StoredWeights;
  /** Names of all tensors and nodes. */
  readonly names: Set<string>;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Number of outputs; default: 1. */
  readonly outputs?: number;
}

/** A weight in the shape that a node takes. */
export interface WeightUse {
  readonly shape: Shape;
  /** Brings the numbers into the order of that shape; null if they have it already. */
  readonly reorder?: Reorder | null;
}

export class LayerGraph {
  readonly #layer: LayersModelLayer;
  readonly #parts: GraphParts;

  constructor(layer: LayersModelLayer, parts: GraphParts) {
    this.#layer = layer;
    this.#parts = parts;
  }

  /** Reads the configuration. Throws ModelNotExportableError if a field has a value that the converter does not know. */
  readConfig<Config>(schema: z.ZodType<Config>): Config {
    const parsed = schema.safeParse(this.#layer.config);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    this.refuse(`its ${field} is ${JSON.stringify(this.#layer.config[field])}`);
  }

  /** Throws ModelNotExportableError. */
  refuse(reason: string): never {
    throw new ModelNotExportableError(`${this.#layer.name} (${this.#layer.class_name})`, reason);
  }

  /** Adds a node and returns the name of its first output. */
  add(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const [output = ''] = this.addNode(operator, inputs, options);
    return output;
  }

  /** Adds a node and returns the names of its outputs. */
  addNode(
    operator: string,
    inputs: readonly string[],
    { attributes = {}, outputs: count = 1 }: NodeOptions,
  ): readonly string[] {
    const name = this.#createName(operator);
    const outputs = Array.from({ length: count }, (_, index) =>
      index === 0 ? name : this.#createName(`${operator}_output`),
    );
    this.#parts.nodes.push({ operator, name, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a row of integers, as nodes take shapes and axes. */
  addIntegers(values: readonly number[]): string {
    return this.#addInitializer({ shape: [values.length], content: { type: 'integers', values } });
  }

  /** Adds numbers; without a shape, one number. */
  addNumbers(values: readonly number[], shape: Shape = []): string {
    return this.#addInitializer({ shape, content: { type: 'numbers', values } });
  }

  /** Finds a weight of the layer, e.g. `kernel`. */
  findWeight(part: string): StoredWeight {
    const { name } = this.#layer;
    const weight = this.#parts.weights.byName.get(`${name}/${part}`);
    if (weight === undefined) throw new InvalidModelError(`the model has no weight ${name}/${part}`);
    return weight;
  }

  /** Adds a weight as it is, or in another shape and order. An unchanged one keeps its name. */
  addWeight(part: string, use?: WeightUse): string {
    const { shape: stored, offset } = this.findWeight(part);
    const { shape = stored, reorder = null } = use ?? {};
    const name = this.#createName(reorder === null ? part : `${part}_reordered`);
    const content = { type: 'weight', offset, size: countElements(stored), reorder } as const;
    this.#parts.initializers.push({ name, shape, content });
    return name;
  }

  #addInitializer(initializer: Omit<OnnxInitializer, 'name'>): string {
    const name = this.#createName('constant');
    this.#parts.initializers.push({ name, ...initializer });
    return name;
  }

  #createName(part: string): string {
    return claimName(this.#parts.names, `${this.#layer.name}/${part}`);
  }
}

/** Returns a name that is not taken yet, and takes it. */
export function claimName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}
