// Environments and presets of the server, read once.
import type { EnvironmentSummary, PresetSummary } from '../../../src/shared/api/catalogue.ts';
import { call } from '../api.ts';

let environments: Promise<readonly EnvironmentSummary[]> | null = null;
let presets: Promise<readonly PresetSummary[]> | null = null;

/** Throws CallError; the next call tries again. */
export async function readEnvironments(): Promise<readonly EnvironmentSummary[]> {
  environments ??= call<{ data: EnvironmentSummary[] }>('environments').then(({ data }) => data);
  try {
    return await environments;
  } catch (error) {
    environments = null;
    throw error;
  }
}

/** Throws CallError; the next call tries again. */
export async function readPresets(): Promise<readonly PresetSummary[]> {
  presets ??= call<{ data: PresetSummary[] }>('presets').then(({ data }) => data);
  try {
    return await presets;
  } catch (error) {
    presets = null;
    throw error;
  }
}

/** Null for an environment that the server no longer has. */
export async function readEnvironment(id: string): Promise<EnvironmentSummary | null> {
  return (await readEnvironments()).find((environment) => environment.id === id) ?? null;
}
