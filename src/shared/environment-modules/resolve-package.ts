// Lets environment modules import this package by its name wherever they lie, with or without a node_modules.
import { registerHooks } from 'node:module';
import { resolveEntry } from '../program-files/resolve-entry.ts';

const packageName = 'a3c-server';
let isRegistered = false;

/** From then on this thread resolves `a3c-server` to the very copy that runs. */
export function resolvePackageToThisCopy(): void {
  if (isRegistered) return;
  isRegistered = true;
  const { href: url } = resolveEntry('../../index', import.meta.url);
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === packageName ? { url, shortCircuit: true } : nextResolve(specifier, context),
  });
}
