// Source of Gymnasium's environments: a Python process describes each when it is first asked for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { EnvironmentSource } from '../environments/environment-source.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { gymnasiumPrefix, type GymnasiumDescription } from '../environments/gymnasium-description.ts';
import { AppError } from '../errors/app-error.ts';
import { defineGymnasium } from './define-gymnasium.ts';
import {
  GymnasiumBusyError,
  GymnasiumFailedError,
  PythonMissingError,
  UnsafeGymnasiumIdError,
} from './gymnasium-errors.ts';
import { bridgeProgram } from './python-process.ts';
import { readProblem } from './read-problem.ts';

/** Time to import Gymnasium and to make an environment, on a busy machine. */
const describeMs = 60_000;
/** Questions that wait. Each id that is posted needs one, whether it exists or not. */
const maxWaiting = 32;
const maxErrorText = 2_000;

const boundsSchema = z.union([z.number(), z.null(), z.array(z.number().nullable())]);
const spaceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('discrete'), n: z.int().min(1) }),
  z.object({ type: z.literal('multiDiscrete'), n: z.array(z.int().min(1)).min(1) }),
  z.object({
    type: z.literal('box'),
    shape: z.array(z.int().min(1)).max(8),
    low: boundsSchema,
    high: boundsSchema,
    isBytes: z.boolean(),
  }),
]);
const descriptionSchema: z.ZodType<GymnasiumDescription> = z.object({
  observationSpace: spaceSchema,
  actionSpace: spaceSchema,
  maxEpisodeSteps: z.int().min(1).nullable(),
  rewardThreshold: z.number().nullable(),
  hasActionMask: z.boolean(),
  atari: z.string(),
  version: z.string(),
});

export class GymnasiumSource implements EnvironmentSource {
  readonly prefix = gymnasiumPrefix;
  readonly #python: string;
  readonly #shown: string;
  readonly #found = new Map<string, EnvironmentDefinition>();
  #waiting = 0;
  /** One question at a time: each takes a core for a second. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * `python` is the path or name of an interpreter that has Gymnasium, `shown` what messages call it: clients of a server
   * must not learn its paths.
   */
  constructor(python: string, shown = python) {
    this.#python = python;
    this.#shown = shown;
  }

  find(id: string): EnvironmentDefinition | undefined {
    return this.#found.get(id);
  }

  async resolve(id: string): Promise<EnvironmentDefinition> {
    const known = this.#found.get(id);
    if (known !== undefined) return known;
    const name = id.slice(gymnasiumPrefix.length);
    if (!/^[\w./-]{1,200}$/.test(name)) throw new UnsafeGymnasiumIdError(id);
    if (this.#waiting >= maxWaiting) throw new GymnasiumBusyError();
    this.#waiting += 1;
    const asked = this.#last
      .then(async () => this.#found.get(id) ?? (await this.#describe(id, name)))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = asked.catch(() => undefined);
    return await asked;
  }

  async #describe(id: string, name: string): Promise<EnvironmentDefinition> {
    const python = this.#python;
    const answer = await askBridge(id, name, { python, shown: this.#shown });
    const problem = readProblem(answer, { id, python: this.#shown });
    if (problem instanceof AppError) throw problem;
    const description = descriptionSchema.safeParse(answer);
    if (!description.success)
      throw new GymnasiumFailedError(
        id,
        `its description is not valid: ${z.prettifyError(description.error)}`,
      );
    const definition = defineGymnasium(id, { type: 'gymnasium', python, description: description.data });
    this.#found.set(id, definition);
    return definition;
  }
}

interface Interpreter {
  readonly python: string;
  readonly shown: string;
}

/** Runs the bridge, and returns what it says about an environment. */
async function askBridge(id: string, name: string, { python, shown }: Interpreter): Promise<unknown> {
  const child = spawn(python, ['-u', bridgeProgram, 'describe', JSON.stringify({ id: name })], {
    // The bridge ends when its standard input does.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), describeMs);
  try {
    const started = await once(child, 'spawn').then(
      () => null,
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    );
    if (started !== null) throw new PythonMissingError(shown, started);
    const exited = once(child, 'close');
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await exited;
    return parseAnswer(output) ?? refuse(id, shown, errors);
  } finally {
    clearTimeout(timer);
  }
}

function parseAnswer(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}

/** Python ended without an answer: it is too old for the bridge, was killed, or crashed. */
function refuse(id: string, python: string, errors: string): never {
  const last = errors.trim().slice(-maxErrorText);
  throw new GymnasiumFailedError(
    id,
    last === '' ? `${python} gave no answer within ${describeMs / 1000} s` : `${python} failed: ${last}`,
  );
}
