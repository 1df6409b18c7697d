// Environments of the learning benchmark: the built-in ones, and those of Gymnasium with the Python in A3C_PYTHON.
import { builtInEnvironments, EnvironmentRegistry } from '../../src/index.ts';
import { defaultPython } from '../../src/shared/gymnasium/default-python.ts';
import { GymnasiumSource } from '../../src/shared/gymnasium/gymnasium-source.ts';

const { A3C_PYTHON = defaultPython } = process.env;
export const python = A3C_PYTHON;

export const environments = new EnvironmentRegistry(builtInEnvironments, [new GymnasiumSource(python)]);
