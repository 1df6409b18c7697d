// Writer of a job's best and latest models: one write at a time for each model, and one a second. Of several waiting
// versions, only the newest is written.
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { EngineChoice } from '../../shared/engines/engine-choice.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { createLayersModel } from '../../shared/model-format/create-layers-model.ts';
import { createModelCard } from '../../shared/model-format/model-card.ts';
import { extractPolicyParameters } from '../../shared/model-format/policy-parameters.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import type { ParameterLayout } from '../../shared/network/parameter-layout.ts';
import type { CurrentSettings } from '../run-settings.ts';
import type { ScoredParameters } from '../evaluation/evaluator.ts';

/**
 * Fast jobs evaluate a hundred times a second, and a policy that is perfect is the best each time. Writing all of them
 * would wear out disks, and take more processor time than training.
 */
const intervalMs = 1_000;

export interface ModelWriterOptions {
  readonly artifacts: Pick<ArtifactStore, 'write'>;
  readonly jobId: string;
  readonly settings: CurrentSettings;
  readonly definition: EnvironmentDefinition;
  readonly layout: ParameterLayout;
  readonly engine: EngineChoice;
  readonly onWritten: (model: ModelName, steps: number) => void;
  readonly onFailure: (error: Error) => void;
}

/** A model could not be stored, e.g. because the disk is full. */
export class ModelNotWrittenError extends AppError {
  readonly code = 'MODEL_NOT_WRITTEN';
}

export class ModelWriter {
  readonly #options: ModelWriterOptions;
  readonly #waiting = new Map<ModelName, ScoredParameters>();
  readonly #writing = new Map<ModelName, Promise<void>>();
  readonly #lastWriteMs = new Map<ModelName, number>();
  readonly #finishing = new AbortController();

  constructor(options: ModelWriterOptions) {
    this.#options = options;
  }

  write(model: ModelName, scored: ScoredParameters): void {
    this.#waiting.set(model, scored);
    if (this.#writing.has(model)) return;
    this.#writing.set(model, this.#drain(model));
  }

  /** Writes what waits, at once, and resolves when it is written. */
  async finish(): Promise<void> {
    this.#finishing.abort();
    await Promise.all(this.#writing.values());
  }

  async #drain(model: ModelName): Promise<void> {
    const { artifacts, jobId, onWritten, onFailure } = this.#options;
    try {
      while (this.#waiting.has(model)) {
        await this.#waitForTurn(model);
        const scored = this.#waiting.get(model);
        this.#waiting.delete(model);
        if (scored === undefined) return;
        await artifacts.write({ jobId, name: model }, this.#encode(model, scored));
        onWritten(model, scored.evaluation.steps);
      }
    } catch (error) {
      const reason = explainDiskError(error) ?? 'an unexpected error';
      onFailure(
        new ModelNotWrittenError(`the ${model} model could not be written: ${reason}`, { cause: error }),
      );
    } finally {
      this.#writing.delete(model);
    }
  }

  /** Waits until a second after the last write of a model, or until no more follow. */
  async #waitForTurn(model: ModelName): Promise<void> {
    const waitMs = (this.#lastWriteMs.get(model) ?? -intervalMs) + intervalMs - performance.now();
    const { signal } = this.#finishing;
    if (waitMs > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        const hurry = (): void => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', hurry, { once: true });
      });
    }
    this.#lastWriteMs.set(model, performance.now());
  }

  #encode(model: ModelName, { parameters, evaluation, updates }: ScoredParameters): Map<string, Uint8Array> {
    const { settings, definition, layout, engine } = this.#options;
    const { spec } = settings;
    const { modelJson, weights } = createLayersModel({ spec, definition, layout, parameters });
    const card = createModelCard({
      definition,
      spec,
      model,
      engine: { name: engine.name, backend: engine.backend },
      policyParameters: extractPolicyParameters(layout, parameters),
      scores: { evaluation, steps: evaluation.steps, updates },
      createdAt: new Date(),
    });
    return new Map([
      [modelFileNames.model, encodeJson(modelJson)],
      [modelFileNames.weights, weights],
      [modelFileNames.card, encodeJson(card)],
    ]);
  }
}

function encodeJson(document: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}
