// Recurrent layers. ONNX has one matrix [1, gates·units, inputs] in place of Keras's [inputs, gates·units], in an order
// of gates of its own, and the sequence before the batch (https://onnx.ai/onnx/operators/onnx__LSTM.html).
import { z } from 'zod';
import { reorderBy, type Reorder } from '../../model-format/file-piece.ts';
import type { LayerGraph } from '../layer-graph.ts';
import type { OnnxAttribute, OnnxValue } from '../onnx-graph.ts';
import { activationNameSchema } from './activations.ts';
import type { LayerConverter } from './layer-converter.ts';

interface Cell {
  readonly operator: 'LSTM' | 'GRU' | 'RNN';
  /** The gate in Keras at each place of ONNX. */
  readonly gates: readonly number[];
  /** Number of states: hidden, or hidden and cell. */
  readonly states: number;
}

/** Keras has i f c o, ONNX i o f c. */
export const lstm = createRecurrent({ operator: 'LSTM', gates: [0, 3, 1, 2], states: 2 });
/** Both have z r h. */
export const gru = createRecurrent({ operator: 'GRU', gates: [0, 1, 2], states: 1 });
export const simpleRnn = createRecurrent({ operator: 'RNN', gates: [0], states: 1 });

/** Names of ONNX, and what they need to be those of Keras. */
const cellActivations = new Map([
  ['tanh', 'Tanh'],
  ['sigmoid', 'Sigmoid'],
  ['hard_sigmoid', 'HardSigmoid'],
  ['relu', 'Relu'],
  ['elu', 'Elu'],
  ['softsign', 'Softsign'],
  ['softplus', 'Softplus'],
]);

const cellActivationSchema = activationNameSchema.transform((name, context) => {
  const operator = cellActivations.get(name);
  if (operator !== undefined) return operator;
  context.addIssue({ code: 'custom', message: 'no activation of a cell' });
  return z.NEVER;
});

const recurrentSchema = z.object({
  activation: cellActivationSchema.prefault('tanh'),
  recurrent_activation: cellActivationSchema.prefault('hard_sigmoid'),
  use_bias: z.boolean().default(true),
  return_sequences: z.boolean().default(false),
  return_state: z.boolean().default(false),
  go_backwards: z.boolean().default(false),
  stateful: z.literal(false).default(false),
  reset_after: z.literal(false).default(false),
  time_major: z.literal(false).default(false),
});
type Config = z.infer<typeof recurrentSchema>;

function createRecurrent(cell: Cell): LayerConverter {
  return (graph, [input, ...states]) => {
    const config = graph.readConfig(recurrentSchema);
    if (config.return_sequences && config.go_backwards) graph.refuse('it returns its sequence backwards');
    if (states.length !== 0 && states.length !== cell.states) graph.refuse(`it has ${states.length} states`);
    const units = graph.findWeight('recurrent_kernel').shape[0] ?? 1;
    const [sequence = '', ...last] = addCell({ graph, cell, config }, [input, ...states]);
    const nextStates = last.map((state) => ({ name: removeAxis(graph, state, 0), shape: [units] }));
    const output = config.return_sequences
      ? addSequence(graph, sequence, [input.shape[0] ?? 1, units])
      : nextStates[0];
    return [...(output ? [output] : []), ...(config.return_state ? nextStates : [])];
  };
}

interface CellUse {
  readonly graph: LayerGraph;
  readonly cell: Cell;
  readonly config: Config;
}

/** Adds the node: returns [sequence, batch, units] behind an axis of directions, then the states behind one. */
function addCell(
  { graph, cell, config }: CellUse,
  [input, ...states]: readonly [OnnxValue, ...OnnxValue[]],
): readonly string[] {
  const units = graph.findWeight('recurrent_kernel').shape[0] ?? 1;
  const inputs = [
    swapSequence(graph, input.name),
    addGates({ graph, cell, part: 'kernel' }),
    addGates({ graph, cell, part: 'recurrent_kernel' }),
  ];
  if (config.use_bias || states.length > 0) inputs.push(config.use_bias ? addBias(graph, cell, units) : '');
  // The absent one is the lengths of the sequences.
  if (states.length > 0) inputs.push('', ...states.map(({ name }) => insertAxis(graph, name)));
  return graph.addNode(cell.operator, inputs, {
    outputs: 1 + cell.states,
    attributes: { ...describeActivations(cell, config), hidden_size: { type: 'int', value: units } },
  });
}

function describeActivations(
  { operator }: Cell,
  { activation, recurrent_activation: gate, go_backwards: isBackward }: Config,
): Readonly<Record<string, OnnxAttribute>> {
  const names = { LSTM: [gate, activation, activation], GRU: [gate, activation], RNN: [activation] }[
    operator
  ];
  return {
    activations: { type: 'strings', value: names },
    direction: { type: 'string', value: isBackward ? 'reverse' : 'forward' },
  };
}

/** Adds a kernel [inputs, gates·units] as [1, gates·units, inputs]. */
function addGates({
  graph,
  cell: { gates },
  part,
}: {
  readonly graph: LayerGraph;
  readonly cell: Cell;
  readonly part: string;
}): string {
  const [inputs = 1, columns = 1] = graph.findWeight(part).shape;
  const reorder = reorderBy((index) => {
    const column = findColumn(gates, { column: Math.floor(index / inputs), columns });
    return (index % inputs) * columns + column;
  });
  return graph.addWeight(part, { shape: [1, columns, inputs], reorder });
}

/** Adds the bias, and zeros for the second one that ONNX has, for the recurrent kernel. */
function addBias(graph: LayerGraph, { gates }: Cell, units: number): string {
  const columns = gates.length * units;
  const reorder: Reorder = (values) =>
    Float32Array.from({ length: 2 * columns }, (_, column) =>
      column < columns ? values[findColumn(gates, { column, columns })]! : 0,
    );
  return graph.addWeight('bias', { shape: [1, 2 * columns], reorder });
}

/** Finds the column in Keras of a column in ONNX. */
function findColumn(
  gates: readonly number[],
  { column, columns }: { readonly column: number; readonly columns: number },
): number {
  const units = columns / gates.length;
  return (gates[Math.floor(column / units)] ?? 0) * units + (column % units);
}

/** Exchanges the batch and the sequence of [batch, sequence, numbers]. */
function swapSequence(graph: LayerGraph, input: string): string {
  return graph.add('Transpose', [input], { attributes: { perm: { type: 'ints', value: [1, 0, 2] } } });
}

function insertAxis(graph: LayerGraph, input: string): string {
  return graph.add('Unsqueeze', [input, graph.addIntegers([0])]);
}

function removeAxis(graph: LayerGraph, input: string, axis: number): string {
  return graph.add('Squeeze', [input, graph.addIntegers([axis])]);
}

function addSequence(graph: LayerGraph, sequence: string, shape: OnnxValue['shape']): OnnxValue {
  return { name: swapSequence(graph, removeAxis(graph, sequence, 1)), shape };
}
