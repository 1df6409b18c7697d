// Shelf of open policies: those that were asked last, within a limit of memory. A policy is replaced when its job has
// stored newer weights; until they are read, the ones before answer.
import type { Logger } from 'pino';
import { openRowPolicy } from '../../policy/rows/open-row-policy.ts';
import type { RowPolicy } from '../../policy/rows/row-policy.ts';
import { compileKernels } from '../../shared/engines/wasm/compile-kernels.ts';
import type { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import type { JobId } from '../../shared/job/job.ts';
import { modelNames, type ModelName } from '../../shared/job/model-name.ts';
import type { EventBus } from '../jobs/event-bus.ts';
import { inspectModel, readStoredModel } from './open-stored-policy.ts';

/** A policy that this thread computes, or one that would hold up the others. */
export type ShelvedPolicy =
  | { readonly type: 'small'; readonly policy: RowPolicy; readonly multiplications: number }
  | { readonly type: 'large' };

export interface PolicyShelfOptions {
  readonly artifacts: Pick<DirectoryArtifactStore, 'locate'>;
  readonly bus: Pick<EventBus, 'subscribeAll'>;
  /** Whether the job is still there. */
  readonly hasJob: (id: JobId) => boolean;
  /** Limits of all open policies together. */
  readonly maxBytes: number;
  readonly maxPolicies: number;
  readonly log: Logger;
}

/** Weights of this size are read and checked in less than a millisecond. */
const mostWeightBytes = 1024 * 1024;
/** A single row of such a network takes about half a millisecond. */
const mostMultiplications = 4_000_000;

interface Place {
  readonly jobId: JobId;
  readonly model: ModelName;
  readonly shelved: ShelvedPolicy;
  readonly version: string;
  /** Whether there may be newer weights. */
  isStale: boolean;
}

export class PolicyShelf {
  readonly #options: PolicyShelfOptions;
  /** The one that was used last comes last. */
  readonly #places = new Map<string, Place>();
  readonly #opening = new Map<string, Promise<ShelvedPolicy>>();
  readonly #unsubscribe: () => void;
  #kernels: WebAssembly.Module | null = null;

  constructor(options: PolicyShelfOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribeAll((jobId) => {
      this.#noteChange(jobId);
    });
  }

  /** Number of open policies. */
  get size(): number {
    return this.#places.size;
  }

  /** Returns the policy at once if it is open; null if it must be opened. */
  find(jobId: string, model: ModelName): ShelvedPolicy | null {
    const key = `${jobId}/${model}`;
    const place = this.#places.get(key);
    if (place === undefined) return null;
    this.#places.delete(key);
    this.#places.set(key, place);
    if (place.isStale) void this.#refresh(key, place);
    return place.shelved;
  }

  /** Opens a policy. Throws ModelNotReadyError, InvalidModelError or CorruptArtifactError. */
  async open(jobId: JobId, model: ModelName): Promise<ShelvedPolicy> {
    const key = `${jobId}/${model}`;
    const opening = this.#opening.get(key) ?? this.#read(jobId, model);
    this.#opening.set(key, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(key);
    }
  }

  close(): void {
    this.#unsubscribe();
    for (const key of [...this.#places.keys()]) this.#remove(key);
  }

  #noteChange(jobId: JobId): void {
    for (const model of modelNames) {
      const key = `${jobId}/${model}`;
      const place = this.#places.get(key);
      if (place === undefined) continue;
      if (this.#options.hasJob(jobId)) place.isStale = true;
      else this.#remove(key);
    }
  }

  async #refresh(key: string, place: Place): Promise<void> {
    // News from now on concern the weights after the ones that are read now.
    place.isStale = false;
    const { jobId, model, version } = place;
    const found = await inspectModel(this.#options.artifacts.locate({ jobId, name: model }));
    if (found.version === version || this.#opening.has(key)) return;
    try {
      await this.open(jobId, model);
    } catch (error) {
      this.#options.log.warn({ err: error, jobId, model }, 'newer weights of a policy cannot be read');
    }
  }

  async #read(jobId: JobId, model: ModelName): Promise<ShelvedPolicy> {
    const { artifacts, log, hasJob } = this.#options;
    const directory = artifacts.locate({ jobId, name: model });
    // The version is read first: if the model is replaced meanwhile, the next look finds another one.
    const { version, weightBytes } = await inspectModel(directory);
    let shelved: ShelvedPolicy = { type: 'large' };
    if (weightBytes <= mostWeightBytes) {
      const { damages, ...read } = await readStoredModel(directory, model);
      if (damages.length > 0) log.warn({ jobId, model, damages }, 'a policy is damaged, the one before acts');
      this.#kernels ??= compileKernels();
      if (read.multiplications <= mostMultiplications)
        shelved = {
          type: 'small',
          policy: await openRowPolicy(read, this.#kernels),
          multiplications: read.multiplications,
        };
    }
    // Otherwise it was deleted meanwhile, and nobody would remove it.
    if (hasJob(jobId)) this.#put({ jobId, model, shelved, version, isStale: false });
    return shelved;
  }

  #put(place: Place): void {
    const key = `${place.jobId}/${place.model}`;
    this.#remove(key);
    this.#places.set(key, place);
    const { maxBytes, maxPolicies } = this.#options;
    let bytes = [...this.#places.values()].reduce((sum, { shelved }) => sum + countBytes(shelved), 0);
    for (const [oldest, { shelved }] of this.#places) {
      if (oldest === key || (bytes <= maxBytes && this.#places.size <= maxPolicies)) break;
      bytes -= countBytes(shelved);
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const place = this.#places.get(key);
    if (place?.shelved.type === 'small') place.shelved.policy.close();
    this.#places.delete(key);
  }
}

function countBytes(shelved: ShelvedPolicy): number {
  return shelved.type === 'small' ? shelved.policy.bytes : 0;
}
