// The file of a replay: written under another name, and renamed when it is complete.
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { requirePermission } from '../overwriting/require-permission.ts';
import { ReplayError } from './replay-error.ts';

export class OutputFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /**
   * Makes sure that the file can be written, before something is played for it. Throws OutputExistsError if it is there
   * and nobody allows to overwrite it, and ReplayError if it cannot be written.
   */
  static async open(path: string, { force }: { readonly force: boolean }): Promise<OutputFile> {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw new ReplayError(`cannot write ${path}: it is a directory`);
    if (found !== null) await requirePermission({ path, state: 'exists', force });
    const temporary = `${path}.writing-${process.pid}`;
    try {
      return new OutputFile(path, temporary, await open(temporary, 'w'));
    } catch (error) {
      throw explain(path, error);
    }
  }

  /** Writes all of the file, which then has its name. */
  async complete(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.writeFile(bytes);
      await this.#handle.close();
      await rename(this.#temporary, this.#path);
    } catch (error) {
      throw explain(this.#path, error);
    }
  }

  /** Removes what was not completed; does nothing after `complete`. */
  async close(): Promise<void> {
    await this.#handle.close();
    await rm(this.#temporary, { force: true });
  }
}

function explain(path: string, error: unknown): ReplayError {
  const reason = error instanceof Error ? (explainDiskError(error) ?? error.message) : String(error);
  return new ReplayError(`cannot write ${path}: ${reason}`, { cause: error });
}
