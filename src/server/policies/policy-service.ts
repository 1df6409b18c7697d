// Policy service: answers requests for actions. Small networks are computed at once, in this thread, where handing them
// over would take longer than the answer. Whatever would hold up other requests goes to a thread.
import { Piscina } from 'piscina';
import type { Logger } from 'pino';
import { toError } from '../../shared/errors/error-record.ts';
import type { JobId } from '../../shared/job/job.ts';
import { modelNames, type ModelName } from '../../shared/job/model-name.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import type { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { ModelNotReadyError } from '../jobs/job-errors.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { ActionsOutcome, ActionsTask } from './actions-task.ts';
import { answerActions } from './answer-actions.ts';
import { InvalidActionsRequestError, RefusedActionsError, TooManyActionsError } from './policy-errors.ts';
import { PolicyShelf, type PolicyShelfOptions } from './policy-shelf.ts';
import {
  parseActionsBody,
  readActionsRequest,
  splitId,
  type GivenRows,
  type MessageId,
} from './read-actions-request.ts';

export interface PolicyServiceOptions extends Omit<PolicyShelfOptions, 'artifacts'> {
  readonly artifacts: Pick<DirectoryArtifactStore, 'locate'>;
  /** Finds a job; throws JobNotFoundError. */
  readonly findJob: (id: JobId) => Pick<JobRecord, 'bestModelSteps' | 'latestModelSteps'>;
  /** Requests that wait for the thread at the same time. */
  readonly maxWaiting: number;
  readonly log: Logger;
}

/** A request as it arrived. */
export interface ActionsCall {
  readonly jobId: JobId;
  /** JSON. */
  readonly body: Buffer;
}

export interface ActionsReply {
  /** Fields of the answer as JSON, without braces. */
  readonly text: string;
  readonly id: MessageId;
}

/** Numbers since the start. */
export interface ActionFigures {
  readonly requests: number;
  readonly observations: number;
  readonly policies: number;
}

/** Parsing more than this takes about half a millisecond. */
const mostBodyBytes = 64 * 1024;
/** Of all rows of a request together: about two milliseconds. */
const mostMultiplications = 16_000_000;

export class PolicyService {
  /** Is told how long each answer took, in seconds. */
  onAnswer: ((seconds: number) => void) | null = null;
  readonly #options: PolicyServiceOptions;
  readonly #shelf: PolicyShelf;
  #thread: Piscina<ActionsTask, ActionsOutcome> | null = null;
  #waiting = 0;
  #requests = 0;
  #observations = 0;

  constructor(options: PolicyServiceOptions) {
    this.#options = options;
    this.#shelf = new PolicyShelf(options);
  }

  /**
   * Answers a request. Throws InvalidActionsJsonError, InvalidActionsRequestError, JobNotFoundError, ModelNotReadyError
   * or TooManyActionsError.
   */
  async answer(call: ActionsCall): Promise<ActionsReply> {
    return await this.#answer(call, false);
  }

  /** The same for a message, which may have an `id`. An error of a message whose id is known is a MessageRefusal. */
  async answerMessage(call: ActionsCall): Promise<ActionsReply> {
    return await this.#answer(call, true);
  }

  readFigures(): ActionFigures {
    return { requests: this.#requests, observations: this.#observations, policies: this.#shelf.size };
  }

  async close(): Promise<void> {
    this.#shelf.close();
    await this.#thread?.destroy();
  }

  async #answer(call: ActionsCall, hasId: boolean): Promise<ActionsReply> {
    const startedMs = performance.now();
    const reply = await this.#compute(call, hasId);
    this.#requests += 1;
    this.onAnswer?.((performance.now() - startedMs) / 1000);
    return reply;
  }

  async #compute(call: ActionsCall, hasId: boolean): Promise<ActionsReply> {
    if (call.body.byteLength > mostBodyBytes) {
      this.#requireModel(call.jobId, null);
      return await this.#ask(call, hasId);
    }
    const given = parseActionsBody(call.body.toString('utf8'));
    const { id, fields } = hasId ? splitId(given) : { id: undefined, fields: given };
    try {
      const text = await this.#computeFields(call, readActionsRequest(fields));
      return text === null ? await this.#ask(call, hasId) : { text, id };
    } catch (error) {
      throw id === undefined || error instanceof MessageRefusal ? error : new MessageRefusal(id, error);
    }
  }

  /** Returns null if the thread must compute it. */
  async #computeFields({ jobId }: ActionsCall, request: GivenRows): Promise<string | null> {
    const { model, observations } = request;
    let shelved = this.#shelf.find(jobId, model);
    if (shelved === null) {
      this.#requireModel(jobId, model);
      shelved = await this.#shelf.open(jobId, model);
    }
    if (shelved.type === 'large') return null;
    if (shelved.multiplications * observations.length > mostMultiplications) return null;
    const text = answerActions(shelved.policy, request);
    this.#observations += observations.length;
    return text;
  }

  /** Throws JobNotFoundError, and ModelNotReadyError without the model, or without any. */
  #requireModel(jobId: JobId, model: ModelName | null): void {
    const { bestModelSteps, latestModelSteps } = this.#options.findJob(jobId);
    const steps = { best: bestModelSteps, latest: latestModelSteps };
    const isThere = model === null ? modelNames.some((name) => steps[name] !== null) : steps[model] !== null;
    if (!isThere) throw new ModelNotReadyError(model ?? 'best');
  }

  async #ask({ jobId, body }: ActionsCall, hasId: boolean): Promise<ActionsReply> {
    const { artifacts, maxWaiting } = this.#options;
    if (this.#waiting >= maxWaiting) throw new TooManyActionsError(this.#waiting);
    const directories = {
      best: artifacts.locate({ jobId, name: 'best' }),
      latest: artifacts.locate({ jobId, name: 'latest' }),
    };
    this.#waiting += 1;
    try {
      const outcome = await this.#openThread().run({ directories, body, hasId });
      return this.#read(outcome);
    } finally {
      this.#waiting -= 1;
    }
  }

  #read(outcome: ActionsOutcome): ActionsReply {
    if (outcome.type === 'answer') {
      this.#observations += outcome.rows;
      return outcome;
    }
    const { code, message, issues, id } = outcome;
    const error =
      issues === null ? new RefusedActionsError(code, message) : new InvalidActionsRequestError(issues);
    throw id === undefined ? error : new MessageRefusal(id, error);
  }

  #openThread(): Piscina<ActionsTask, ActionsOutcome> {
    if (this.#thread) return this.#thread;
    const thread = new Piscina<ActionsTask, ActionsOutcome>({
      filename: resolveEntry('./actions-task', import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 60_000,
      // Without Atomics, for the reason given in thread-worker-host.ts.
      atomics: 'disabled',
    });
    thread.on('error', (error: unknown) => {
      this.#options.log.warn({ err: toError(error) }, 'the thread of large policies failed');
    });
    this.#thread = thread;
    return thread;
  }
}

/** A message that was refused, and its id. */
export class MessageRefusal extends Error {
  readonly id: MessageId;

  constructor(id: MessageId, cause: unknown) {
    super('a message was refused', { cause });
    this.name = 'MessageRefusal';
    this.id = id;
  }
}
