// Table of all routes' patterns, to distinguish a wrong method (405) from a wrong address (404).
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MethodNotAllowedError, RouteNotFoundError } from './problems/http-errors.ts';

export class RouteTable {
  readonly #routes: { readonly method: string; readonly pattern: RegExp }[] = [];

  /** Records each route that is registered from now on. */
  watch(app: Pick<FastifyInstance, 'addHook'>): void {
    app.addHook('onRoute', ({ method, url }) => {
      if (url.includes('*')) return;
      const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
      for (const name of [method].flat()) this.#routes.push({ method: name, pattern });
    });
  }

  /** Returns the error for a request that no route matched. */
  explainMiss({ url }: FastifyRequest): RouteNotFoundError | MethodNotAllowedError {
    const path = url.split('?', 1)[0] ?? '';
    const methods = this.#routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return methods.length === 0 ? new RouteNotFoundError() : new MethodNotAllowedError([...new Set(methods)]);
  }
}
