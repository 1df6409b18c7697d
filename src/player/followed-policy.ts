// Policy of a model that may still be trained: newer weights replace it while it plays.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPolicy } from '../policy/node.ts';
import type { Seat } from '../policy/play-episode.ts';
import type { Policy } from '../policy/policy.ts';
import { manifestName } from '../shared/artifacts/manifest-name.ts';

/** Minimum time between two looks for newer weights. */
const intervalMs = 1_000;

export class FollowedPolicy implements Seat {
  policy: Policy;
  readonly #directory: string;
  #version: string;
  #nextLookMs = performance.now() + intervalMs;

  private constructor(directory: string, policy: Policy, version: string) {
    this.#directory = directory;
    this.policy = policy;
    this.#version = version;
  }

  /** Throws as loadPolicy does. */
  static async open(directory: string): Promise<FollowedPolicy> {
    const version = await readVersion(directory);
    return new FollowedPolicy(directory, await loadPolicy(directory), version);
  }

  /** Loads the newest weights, if there are newer ones. Keeps the old ones where they cannot be read. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#nextLookMs) return;
    this.#nextLookMs = performance.now() + intervalMs;
    const version = await readVersion(this.#directory);
    if (version === '' || version === this.#version) return;
    const before = this.policy;
    try {
      this.policy = await loadPolicy(this.#directory);
      this.#version = version;
      before.close();
    } catch {
      // The next look tries again: the model may just be replaced, or its job was deleted.
    }
  }
}

/** What changes when the model is replaced; empty if there is none. */
async function readVersion(directory: string): Promise<string> {
  const found = await stat(join(directory, manifestName)).catch(() => null);
  return found === null ? '' : `${found.ino} ${found.mtimeMs}`;
}
