// Calls of the client that concern models: downloads, actions and evaluations.
import type { ActionsAnswer } from '../shared/api/actions.ts';
import type { RequestedEvaluation } from '../shared/api/requested-evaluation.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import {
  createActionsBody,
  waitForEvaluation,
  type ChooseActionsOptions,
  type EvaluateOptions,
  type NestedRow,
  type NumberRow,
} from './acting.ts';
import * as kinds from './answer-kinds.ts';
import type { ApiConnection, CallOptions } from './api-connection.ts';
import { unpackModel, type DownloadedModel } from './downloaded-model.ts';
import type { ModelFile } from './method-options.ts';
import { evaluationPath, jobPath, modelPath } from './paths.ts';

export abstract class ModelCalls {
  readonly #connection: ApiConnection;

  protected constructor(connection: ApiConnection) {
    this.#connection = connection;
  }

  /** Downloads a model and checks its files. Throws InvalidModelError that names a damaged file. */
  async getModel(id: string, name: ModelName = 'best', options: CallOptions = {}): Promise<DownloadedModel> {
    return await unpackModel(new Uint8Array(await this.downloadModel(id, `${name}.zip`, options)));
  }

  /**
   * Downloads a file of a model. Throws A3CApiError with the code MODEL_NOT_READY before the first evaluation, and
   * MODEL_NOT_EXPORTABLE if the model has a layer that `.onnx` does not have.
   */
  async downloadModel(
    id: string,
    file: ModelFile = 'best.zip',
    { signal }: CallOptions = {},
  ): Promise<ArrayBuffer> {
    return await this.#connection.readBytes(modelPath(id, file), { signal });
  }

  /** Downloads a file of a model as a stream. Reading it throws if the connection breaks. */
  async streamModel(
    id: string,
    file: ModelFile = 'best.zip',
    { signal }: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { body } = await this.#connection.send(modelPath(id, file), { signal });
    return body ?? new Blob([]).stream();
  }

  /**
   * Asks the policy of a job for the actions of up to 10,000 observations: raw, as the environment gives them, flat or
   * nested like its space. The newest weights answer.
   */
  async chooseActions(
    id: string,
    observations: readonly (number | NumberRow | NestedRow)[],
    { signal, ...options }: ChooseActionsOptions = {},
  ): Promise<ActionsAnswer> {
    const request = { method: 'POST', body: createActionsBody(observations, options), signal } as const;
    return await this.#connection.readJson(kinds.actionsKind, `${jobPath(id)}/actions`, request);
  }

  /** Plays fresh episodes of a model on the server and waits for their scores. One that failed is returned: see `state`. */
  async evaluate(id: string, options: EvaluateOptions = {}): Promise<RequestedEvaluation> {
    const signal = this.#connection.joinSignals(options.signal);
    const posted = await this.createEvaluation(id, options);
    return await waitForEvaluation(
      posted,
      signal,
      async () => await this.getEvaluation(id, posted.id, { signal }),
    );
  }

  /** Asks for fresh episodes of a model, without waiting for them. */
  async createEvaluation(
    id: string,
    { signal, ...body }: EvaluateOptions = {},
  ): Promise<RequestedEvaluation> {
    const path = `${jobPath(id)}/evaluations`;
    return await this.#connection.readJson(kinds.evaluationKind, path, { method: 'POST', body, signal });
  }

  async getEvaluation(jobId: string, id: string, { signal }: CallOptions = {}): Promise<RequestedEvaluation> {
    return await this.#connection.readJson(kinds.evaluationKind, evaluationPath(jobId, id), { signal });
  }

  /** Lists the evaluations of a job that were asked for, newest first. */
  async listRequestedEvaluations(id: string, { signal }: CallOptions = {}): Promise<RequestedEvaluation[]> {
    const path = `${jobPath(id)}/evaluations/requested`;
    return (await this.#connection.readJson(kinds.requestedEvaluationsKind, path, { signal })).data;
  }

  /** Ends an evaluation and deletes it. */
  async deleteEvaluation(jobId: string, id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.readText(evaluationPath(jobId, id), { method: 'DELETE', signal });
  }
}
