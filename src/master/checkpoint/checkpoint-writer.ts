// Checkpoint writer: one write at a time. Of several waiting checkpoints, only the newest is written.
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { encodeCheckpoint, type Checkpoint } from './checkpoint.ts';

/** A checkpoint could not be stored, e.g. because the disk is full. */
export class CheckpointNotWrittenError extends AppError {
  readonly code = 'CHECKPOINT_NOT_WRITTEN';
}

export interface CheckpointWriterOptions {
  readonly artifacts: Pick<ArtifactStore, 'write'>;
  readonly jobId: string;
  /** Number of checkpoints to keep. */
  readonly keep: number;
  readonly onWritten: (steps: number) => void;
  readonly onFailure: (error: Error) => void;
}

export class CheckpointWriter {
  readonly #options: CheckpointWriterOptions;
  #waiting: Checkpoint | null = null;
  #writing: Promise<void> | null = null;

  constructor(options: CheckpointWriterOptions) {
    this.#options = options;
  }

  write(checkpoint: Checkpoint): void {
    this.#waiting = checkpoint;
    this.#writing ??= this.#drain();
  }

  /** Waits for all writes. */
  async finish(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    const { artifacts, jobId, keep, onWritten, onFailure } = this.#options;
    const address = { jobId, name: 'checkpoint' } as const;
    try {
      for (let checkpoint = this.#waiting; checkpoint; checkpoint = this.#waiting) {
        this.#waiting = null;
        await artifacts.write(address, encodeCheckpoint(checkpoint), { keep });
        onWritten(checkpoint.statistics.steps);
      }
    } catch (error) {
      const reason = explainDiskError(error) ?? 'an unexpected error';
      onFailure(
        new CheckpointNotWrittenError(`a checkpoint could not be written: ${reason}`, { cause: error }),
      );
    } finally {
      this.#writing = null;
    }
  }
}
