// Parameters message: the newest parameters, with what is published with them, as the answer to a gradient.
// Layout: five float64 (version, progress, divergence, entropy coefficient, number of the last request for states),
// float64 version from which that request applies, then the float32 parameters.
import type { ParameterBoard } from '../transport/parameter-board.ts';

const figures = 6;
const headerBytes = figures * 8;

/** A master's last request for the states of its workers. */
export interface StateRequest {
  /** Counted from 1; 0: there was none. */
  readonly number: number;
  /** Workers answer before a rollout with parameters of this version or newer. */
  readonly version: number;
}

/** Copies the newest parameters of a board into a message. */
export function encodeParameters(board: ParameterBoard, request: StateRequest): Uint8Array<ArrayBuffer> {
  const bytes = new ArrayBuffer(headerBytes + board.size * 4);
  const version = board.read(new Float32Array(bytes, headerBytes));
  const { progress, approximateKl, entropyCoefficient } = board;
  new Float64Array(bytes, 0, figures).set([
    version,
    progress,
    approximateKl,
    entropyCoefficient,
    request.number,
    request.version,
  ]);
  return new Uint8Array(bytes);
}

/** The figures of a parameters message. */
export interface ParametersHeader {
  readonly version: number;
  readonly progress: number;
  readonly approximateKl: number;
  readonly entropyCoefficient: number;
  readonly request: StateRequest;
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
  ] = new Float64Array(bytes, 0, figures);
  return { version, progress, approximateKl, entropyCoefficient, request: { number, version: from } };
}

/** Publishes the parameters of a message on a board. */
export function publishParameters(bytes: ArrayBuffer, board: ParameterBoard): void {
  const { version, ...published } = readParametersHeader(bytes);
  board.publish(new Float32Array(bytes, headerBytes), version, published);
}
