import { describe, expect, it } from 'vitest';
import { cartPoleV0, cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import {
  DuplicateEnvironmentError,
  EnvironmentRegistry,
} from '../../../../src/shared/environments/registry.ts';
import type { EnvironmentSource } from '../../../../src/shared/environments/environment-source.ts';
import type { EnvironmentDefinition } from '../../../../src/shared/environments/environment.ts';
import { UnknownEnvironmentError } from '../../../../src/shared/environments/unknown-environment-error.ts';

const registry = new EnvironmentRegistry(builtInEnvironments);

/** The message with which a registry refuses an id. */
function refuse(id: string, refusing = registry): string {
  try {
    refusing.get(id);
  } catch (error) {
    if (!(error instanceof UnknownEnvironmentError)) throw error;
    expect(error.code).toBe('UNKNOWN_ENVIRONMENT');
    return error.message;
  }
  return expect.fail(`${id} was found`);
}

describe('EnvironmentRegistry', () => {
  it('finds a definition by its exact id', () => {
    expect(registry.get('CartPole-v1')).toBe(cartPoleV1);
  });

  it('lists definitions in the order given', () => {
    expect(new EnvironmentRegistry([cartPoleV1, cartPoleV0]).list()).toEqual([cartPoleV1, cartPoleV0]);
  });

  it.each([
    ['cartpole-v1', 'CartPole-v1 or CartPole-v0'],
    ['CartPole-v0 ', 'CartPole-v0 or CartPole-v1'],
    ['MaskIdentity-v0', 'MaskedIdentity-v0 or Identity-v0'],
  ])('suggests for %j: %s', (id, suggestion) => {
    expect(refuse(id)).toContain(
      `there is no environment ${JSON.stringify(id)}; did you mean ${suggestion}?`,
    );
  });

  it('takes letter case for no difference when it looks for the closest', () => {
    const definitions = ['aaab-v0', 'AAAA-v0'].map((id) => ({ ...cartPoleV1, id }));
    expect(refuse('aaaA-v0', new EnvironmentRegistry(definitions))).toContain('did you mean AAAA-v0 or');
  });

  it('suggests nothing when it knows nothing', () => {
    expect(refuse('CartPole-v1', new EnvironmentRegistry([]))).toMatch(
      /^there is no environment "CartPole-v1" \(/,
    );
  });

  it("says where environments of one's own come from", () => {
    expect(refuse('My-v0')).toMatch(/for your own environment, pass its module: --environments/);
  });

  it('does not mistake properties of objects for environments', () => {
    expect(refuse('constructor')).toContain('"constructor"');
  });

  it('refuses two definitions with one id', () => {
    expect(() => new EnvironmentRegistry([cartPoleV1, cartPoleV0, { ...cartPoleV1 }])).toThrow(
      DuplicateEnvironmentError,
    );
  });
});

/** A source of one environment, `shelf:Pole-v1`, that counts the questions it is asked. */
function createShelf(): EnvironmentSource & { readonly questions: string[] } {
  const found = new Map<string, EnvironmentDefinition>();
  const questions: string[] = [];
  return {
    prefix: 'shelf:',
    questions,
    find: (id) => found.get(id),
    resolve: async (id) => {
      questions.push(id);
      await Promise.resolve();
      if (id !== 'shelf:Pole-v1') throw new UnknownEnvironmentError(id, ['shelf:Pole-v1']);
      const definition = { ...cartPoleV1, id, origin: { type: 'module', url: 'file:///shelf.ts' } as const };
      found.set(id, definition);
      return definition;
    },
  };
}

describe('EnvironmentRegistry with a source', () => {
  it('knows an environment of the source after it was asked for', async () => {
    const asking = new EnvironmentRegistry(builtInEnvironments, [createShelf()]);
    expect(asking.find('shelf:Pole-v1')).toBeUndefined();
    expect(asking.locate('shelf:Pole-v1')).toBeNull();
    expect(() => asking.get('shelf:Pole-v1')).toThrow(UnknownEnvironmentError);
    const definition = await asking.resolve('shelf:Pole-v1');
    expect(asking.get('shelf:Pole-v1')).toBe(definition);
    expect(asking.locate('shelf:Pole-v1')).toEqual({ type: 'module', url: 'file:///shelf.ts' });
  });

  it('asks once for concurrent questions, and again after a failure', async () => {
    const shelf = createShelf();
    const asking = new EnvironmentRegistry(builtInEnvironments, [shelf]);
    await Promise.all([asking.resolve('shelf:Pole-v1'), asking.resolve('shelf:Pole-v1')]);
    expect(shelf.questions).toEqual(['shelf:Pole-v1']);
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(asking.resolve('shelf:Pale-v1')).rejects.toThrow('did you mean shelf:Pole-v1?');
    expect(shelf.questions).toEqual(['shelf:Pole-v1', 'shelf:Pale-v1', 'shelf:Pale-v1']);
  });

  it('asks no source for other ids, and lists none of its environments', async () => {
    const shelf = createShelf();
    const asking = new EnvironmentRegistry([cartPoleV1], [shelf]);
    await expect(asking.resolve('CartPole-v1')).resolves.toBe(cartPoleV1);
    await expect(asking.resolve('Shelf-v1')).rejects.toThrow('did you mean CartPole-v1?');
    await asking.resolve('shelf:Pole-v1');
    expect(shelf.questions).toEqual(['shelf:Pole-v1']);
    expect(asking.list()).toEqual([cartPoleV1]);
  });
});
