import { describe, expect, it } from 'vitest';
import { cartPoleV0, cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import {
  DuplicateEnvironmentError,
  EnvironmentRegistry,
} from '../../../../src/shared/environments/registry.ts';
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
