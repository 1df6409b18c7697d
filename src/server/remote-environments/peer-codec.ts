// Encoding of questions to a peer and decoding of its answers: text (JSON) or binary. Decoded answers are the frames that
// workers receive, with numbers that are all finite.
import { isList, readObservation } from '../../shared/environments/custom/read-observation.ts';
import {
  createFrame,
  OBSERVATION,
  OUTCOME,
  readFloats,
  viewNumbers,
} from '../../shared/remote-environments/link-frames.ts';
import type { RemoteDeclaration } from '../../shared/environments/remote-origin.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../shared/returns/generalized-advantage.ts';
import { countMaskElements, flatSize, listChoices } from '../../shared/spaces/space.ts';
import { PeerError, readJsonAnswer, type Hello, type JsonAnswer } from './peer-messages.ts';

/** What worlds of a peer are asked at once. */
export type Question =
  | {
      readonly type: 'reset';
      readonly id: number;
      readonly worlds: readonly number[];
      readonly seeds: readonly number[];
    }
  | {
      readonly type: 'step';
      readonly id: number;
      readonly worlds: readonly number[];
      readonly actions: readonly Float32Array[];
    };

/** Returns the open question with that id. Throws PeerError. */
export type TakeQuestion = (id: number) => Question;

export interface PeerCodec {
  encode(question: Question): string | Buffer;
  /** Returns one frame for each world of the question, without its seat. Throws PeerError. */
  decode(message: Buffer, isBinary: boolean, take: TakeQuestion): Buffer[];
}

const RESET_MESSAGE = 1;
const STEP_MESSAGE = 2;
const NUMBER_BYTES = 4;
/** Kind and id. */
const ANSWER_HEADER = 2;
/** Kind, id and number of worlds. */
const QUESTION_HEADER = 3;
/** Longest text of a float64, with a separator. */
const maxTextBytesPerNumber = 32;
const maxTextBytesBeside = 4_096;

interface RowShape {
  readonly observationSize: number;
  readonly choices: readonly number[];
  readonly maskSize: number;
}

function describeRow({ observationSpace, actionSpace, hasActionMask }: RemoteDeclaration): RowShape {
  return {
    observationSize: flatSize(observationSpace),
    choices: hasActionMask ? listChoices(actionSpace) : [],
    maskSize: hasActionMask ? countMaskElements(actionSpace) : 0,
  };
}

/** Creates the frame of one world, and returns where its observation and mask begin. */
function createRow(type: Question['type'], { observationSize, maskSize }: RowShape): Buffer {
  const isStep = type === 'step';
  return createFrame(isStep ? OUTCOME : OBSERVATION, 0, (isStep ? 2 : 0) + observationSize + maskSize);
}

export function createCodec({ declaration, worlds, encoding }: Hello): PeerCodec {
  return encoding === 'json' ? new JsonCodec(declaration, worlds) : new BinaryCodec(declaration);
}

class JsonCodec implements PeerCodec {
  readonly #declaration: RemoteDeclaration;
  readonly #row: RowShape;
  readonly #isScalar: boolean;
  readonly #maxBytes: number;

  constructor(declaration: RemoteDeclaration, worlds: number) {
    this.#declaration = declaration;
    this.#row = describeRow(declaration);
    const { observationSize, maskSize } = this.#row;
    this.#maxBytes = worlds * (observationSize + maskSize + 4) * maxTextBytesPerNumber + maxTextBytesBeside;
    this.#isScalar = declaration.actionSpace.type === 'discrete';
  }

  encode(question: Question): string {
    if (question.type === 'reset') return JSON.stringify(question);
    const actions = question.actions.map((action) => (this.#isScalar ? action[0] : [...action]));
    return JSON.stringify({ ...question, actions });
  }

  decode(message: Buffer, isBinary: boolean, take: TakeQuestion): Buffer[] {
    if (isBinary) throw new PeerError('format', 'the peer declared the encoding json, and sent binary');
    if (message.length > this.#maxBytes)
      throw new PeerError('size', `the answer has ${message.length} bytes, more than ${this.#maxBytes}`);
    const answer = readJsonAnswer(message.toString('utf8'));
    const question = take(answer.id);
    const count = question.worlds.length;
    const { maskSize } = this.#row;
    const isStep = question.type === 'step';
    requireRows(answer, 'observations', count);
    requireRows(answer, 'rewards', isStep ? count : null);
    requireRows(answer, 'terminated', isStep ? count : null);
    requireRows(answer, 'truncated', isStep ? count : null);
    requireRows(answer, 'masks', maskSize > 0 ? count : null);
    return question.worlds.map((_, row) => this.#readRow(answer, question.type, row));
  }

  #readRow(answer: JsonAnswer, type: Question['type'], row: number): Buffer {
    const frame = createRow(type, this.#row);
    const numbers = viewNumbers(frame);
    const { observationSize, choices, maskSize } = this.#row;
    const start = type === 'step' ? 2 : 0;
    const observation = numbers.subarray(start, start + observationSize);
    const { shape } = this.#declaration.observationSpace;
    const problem = readObservation(answer.observations[row], shape, observation);
    if (problem !== null)
      throw new PeerError(
        isAboutNumber(problem) ? 'number' : 'shape',
        `answer ${answer.id}: observations[${row}] is ${problem}`,
      );
    if (maskSize > 0) {
      const mask = answer.masks?.[row];
      if (!isList(mask) || mask.length !== maskSize)
        throw new PeerError('shape', `answer ${answer.id}: masks[${row}] needs ${maskSize} numbers`);
      const target = numbers.subarray(start + observationSize);
      for (let index = 0; index < maskSize; index += 1) target[index] = Number(mask[index] ?? Number.NaN);
      requireMask(target, choices, `answer ${answer.id}: masks[${row}]`);
    }
    if (type === 'reset') return frame;
    const reward = answer.rewards?.[row];
    numbers[0] = typeof reward === 'number' ? reward : Number.NaN;
    if (!Number.isFinite(numbers[0]))
      throw new PeerError('number', `answer ${answer.id}: rewards[${row}] is not a finite number`);
    const isTruncated = answer.truncated?.[row] === true;
    numbers[1] = answer.terminated?.[row] === true ? TERMINATED : isTruncated ? TRUNCATED : CONTINUES;
    return frame;
  }
}

/** Requires one row for each world; null: the field must be absent. */
function requireRows(
  answer: JsonAnswer,
  name: 'observations' | 'rewards' | 'terminated' | 'truncated' | 'masks',
  count: number | null,
): void {
  const rows = answer[name];
  if (rows?.length === count || (rows === undefined && count === null)) return;
  const found = rows === undefined ? 'is missing' : `has ${rows.length} elements`;
  const wanted = count === null ? 'does not belong into this answer' : `needs ${count}, one for each world`;
  throw new PeerError('shape', `answer ${answer.id}: ${name} ${found}; it ${wanted}`);
}

function isAboutNumber(problem: string): boolean {
  return problem.endsWith('must be finite numbers');
}

class BinaryCodec implements PeerCodec {
  readonly #row: RowShape;
  readonly #actionSize: number;

  constructor(declaration: RemoteDeclaration) {
    this.#row = describeRow(declaration);
    this.#actionSize = flatSize(declaration.actionSpace);
  }

  encode(question: Question): Buffer {
    const count = question.worlds.length;
    const perWorld = question.type === 'reset' ? 1 : this.#actionSize;
    const message = Buffer.allocUnsafe(NUMBER_BYTES * (QUESTION_HEADER + count * (1 + perWorld)));
    const integers = new Uint32Array(message.buffer, message.byteOffset, message.length / NUMBER_BYTES);
    integers.set([question.type === 'reset' ? RESET_MESSAGE : STEP_MESSAGE, question.id, count]);
    integers.set(question.worlds, QUESTION_HEADER);
    const start = QUESTION_HEADER + count;
    if (question.type === 'reset') integers.set(question.seeds, start);
    else {
      const floats = readFloats(message);
      question.actions.forEach((action, row) => floats.set(action, start + row * perWorld));
    }
    return message;
  }

  decode(message: Buffer, isBinary: boolean, take: TakeQuestion): Buffer[] {
    if (!isBinary) throw new PeerError('format', 'the peer declared the encoding binary, and sent text');
    if (message.length < NUMBER_BYTES * ANSWER_HEADER)
      throw new PeerError('shape', `the answer has ${message.length} bytes; it needs at least 8`);
    const id = message.readUInt32LE(NUMBER_BYTES);
    const question = take(id);
    const isStep = question.type === 'step';
    if (message.readUInt32LE(0) !== (isStep ? STEP_MESSAGE : RESET_MESSAGE))
      throw new PeerError('format', `answer ${id}: its kind is not that of the question`);
    const count = question.worlds.length;
    const { observationSize, maskSize } = this.#row;
    const numbers = ANSWER_HEADER + count * (observationSize + maskSize + (isStep ? 2 : 0));
    if (message.length !== NUMBER_BYTES * numbers)
      throw new PeerError(
        'shape',
        `answer ${id} has ${message.length} bytes; for ${count} worlds it needs ${NUMBER_BYTES * numbers}`,
      );
    const floats = readFloats(message.byteOffset % NUMBER_BYTES === 0 ? message : new Uint8Array(message));
    return question.worlds.map((_, row) => this.#readRow({ floats, message, id }, question, row));
  }

  #readRow(
    { floats, message, id }: { floats: Float32Array; message: Buffer; id: number },
    { type, worlds }: Question,
    row: number,
  ): Buffer {
    const frame = createRow(type, this.#row);
    const target = viewNumbers(frame);
    const { observationSize, choices, maskSize } = this.#row;
    const count = worlds.length;
    const start = type === 'step' ? 2 : 0;
    const firstObservation = ANSWER_HEADER + row * observationSize;
    target.set(floats.subarray(firstObservation, firstObservation + observationSize), start);
    const firstMask = ANSWER_HEADER + count * observationSize + row * maskSize;
    target.set(floats.subarray(firstMask, firstMask + maskSize), start + observationSize);
    if (type === 'step') {
      const firstReward = ANSWER_HEADER + count * (observationSize + maskSize);
      target[0] = floats[firstReward + row] ?? Number.NaN;
      const end = message.readUInt32LE(NUMBER_BYTES * (firstReward + count + row));
      if (end > TRUNCATED) throw new PeerError('format', `answer ${id}: end ${row} is ${end}, not 0, 1 or 2`);
      target[1] = end;
    }
    const wrong = target.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new PeerError('number', `answer ${id}: row ${row} has a number that is not finite`);
    if (maskSize > 0)
      requireMask(target.subarray(start + observationSize), choices, `answer ${id}: mask ${row}`);
    return frame;
  }
}

/** Requires 0 or 1 for each action, and an allowed action in each choice. */
function requireMask(mask: Float32Array, choices: readonly number[], where: string): void {
  let start = 0;
  for (const count of choices) {
    const choice = mask.subarray(start, start + count);
    if (!choice.every((element) => element === 0 || element === 1))
      throw new PeerError('number', `${where} has an element that is neither 0 nor 1`);
    if (!choice.includes(1)) throw new PeerError('number', `${where} allows no action`);
    start += count;
  }
}
