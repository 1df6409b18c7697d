// Flags that name the user's environments.
import { z } from 'zod';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { defaultPython } from '../../shared/gymnasium/default-python.ts';
import { GymnasiumSource } from '../../shared/gymnasium/gymnasium-source.ts';

/** Option fields of every command that opens environments. */
export const environmentFlags = {
  environments: z
    .array(z.string().min(1))
    .default([])
    .describe('Environment module, or directory of environment modules; may be repeated'),
  python: z
    .string()
    .min(1)
    .optional()
    .describe(
      `Python with Gymnasium, for environments such as gymnasium:Taxi-v4; default: A3C_PYTHON, or ${defaultPython}`,
    ),
};

export interface EnvironmentFlags {
  readonly environments: readonly string[];
  readonly python?: string | undefined;
}

/** Loads the environments of a command. Those of Gymnasium are looked up when they are asked for. */
export async function openEnvironments({
  environments,
  python,
}: EnvironmentFlags): Promise<EnvironmentRegistry> {
  return await loadEnvironments(environments, [new GymnasiumSource(python ?? readPython())]);
}

function readPython(): string {
  const { A3C_PYTHON: python = '' } = process.env;
  return python === '' ? defaultPython : python;
}
