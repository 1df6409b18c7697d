// Parameters message: the newest parameters, with what is published with them, as the answer to gradients of workers
// that run in one process.
// Layout: eight float64 (version, progress, divergence, entropy coefficient, number of the last request for states,
// version from which that request applies, number of answers, number of parameters that are float16), three float64 for
// each answered gradient (worker, incarnation, number of the gradient), the float32 parameters, then the float16 ones,
// which are the first parameters.
import type { ParameterBoard } from '../transport/parameter-board.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

const figures = 8;
const answerFigures = 3;

/** A master's last request for the states of its workers. */
export interface StateRequest {
  /** Counted from 1; 0: there was none. */
  readonly number: number;
  /** Workers answer before a rollout with parameters of this version or newer. */
  readonly version: number;
}

/** A gradient that was applied or refused: its buffer is free again. */
export interface GradientAnswer {
  readonly worker: number;
  readonly incarnation: number;
  /** Number of the gradient among those of its worker. */
  readonly number: number;
}

export interface ParametersMessage {
  readonly request: StateRequest;
  readonly answers?: readonly GradientAnswer[];
  /** How many parameters, from the first on, travel as float16, if it can hold them; the others are statistics. */
  readonly halved?: number;
}

/** Copies the newest parameters of a board into a message. */
export function encodeParameters(
  board: ParameterBoard,
  { request, answers = [], halved = 0 }: ParametersMessage,
): Uint8Array<ArrayBuffer> {
  const headerBytes = (figures + answerFigures * answers.length) * 8;
  if (halved > 0) {
    const parameters = new Float32Array(board.size);
    const version = board.read(parameters);
    const bytes = new ArrayBuffer(headerBytes + board.size * 4 - halved * 2);
    const wide = new Float32Array(bytes, headerBytes, board.size - halved);
    wide.set(parameters.subarray(halved));
    const narrow = new Uint16Array(bytes, headerBytes + wide.byteLength, halved);
    if (encodeFloat16(parameters.subarray(0, halved), narrow)) {
      writeHeader(bytes, board, { version, request, answers, halved });
      return new Uint8Array(bytes);
    }
  }
  const bytes = new ArrayBuffer(headerBytes + board.size * 4);
  const version = board.read(new Float32Array(bytes, headerBytes));
  writeHeader(bytes, board, { version, request, answers, halved: 0 });
  return new Uint8Array(bytes);
}

function writeHeader(
  bytes: ArrayBuffer,
  { progress, approximateKl, entropyCoefficient }: ParameterBoard,
  { version, request, answers, halved }: Required<ParametersMessage> & { readonly version: number },
): void {
  const { number, version: from } = request;
  const header = new Float64Array(bytes, 0, figures + answerFigures * answers.length);
  header.set([version, progress, approximateKl, entropyCoefficient, number, from, answers.length, halved]);
  answers.forEach(({ worker, incarnation, number: answered }, index) => {
    header.set([worker, incarnation, answered], figures + answerFigures * index);
  });
}

/** The figures of a parameters message. */
export interface ParametersHeader {
  readonly version: number;
  readonly progress: number;
  readonly approximateKl: number;
  readonly entropyCoefficient: number;
  readonly request: StateRequest;
  readonly answers: readonly GradientAnswer[];
  /** Number of parameters that are float16. */
  readonly halved: number;
}

/** Reads the figures of a message. */
export function readParametersHeader(bytes: ArrayBuffer): ParametersHeader {
  const [
    version = 0,
    progress = 0,
    approximateKl = Number.NaN,
    entropyCoefficient = 0,
    number = 0,
    from = 0,
    count = 0,
    halved = 0,
  ] = new Float64Array(bytes, 0, figures);
  const answers = Array.from({ length: count }, (_, index) => {
    const offset = (figures + answerFigures * index) * 8;
    const [worker = 0, incarnation = 0, answered = 0] = new Float64Array(bytes, offset, answerFigures);
    return { worker, incarnation, number: answered };
  });
  const request = { number, version: from };
  return { version, progress, approximateKl, entropyCoefficient, request, answers, halved };
}

/** Publishes the parameters of a message on a board. */
export function publishParameters(bytes: ArrayBuffer, header: ParametersHeader, board: ParameterBoard): void {
  const offset = (figures + answerFigures * header.answers.length) * 8;
  if (header.halved === 0) {
    board.publish(new Float32Array(bytes, offset), header.version, header);
    return;
  }
  const parameters = new Float32Array(board.size);
  const wide = new Float32Array(bytes, offset, board.size - header.halved);
  parameters.set(wide, header.halved);
  const narrow = new Uint16Array(bytes, offset + wide.byteLength, header.halved);
  decodeFloat16(narrow, parameters.subarray(0, header.halved));
  board.publish(parameters, header.version, header);
}
