// Resolution of `a3c-server` in environment modules: they can import it in any directory, with or without
// node_modules.
import { registerHooks } from 'node:module';
import { resolveEntry } from '../program-files/resolve-entry.ts';

const packageName = 'a3c-server';
let isRegistered = false;

/** Makes this thread resolve `a3c-server` to the copy that is running. */
export function resolvePackageToThisCopy(): void {
  if (isRegistered) return;
  isRegistered = true;
  const { href: url } = resolveEntry('../../index', import.meta.url);
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === packageName ? { url, shortCircuit: true } : nextResolve(specifier, context),
  });
}
