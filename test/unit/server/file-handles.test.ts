import { describe, expect, it } from 'vitest';
import { countFileHandles, planFileHandles } from '../../../src/server/file-handles.ts';
import { TooFewFileHandlesError } from '../../../src/server/start-errors.ts';

const wanted = { maxConnections: 10_000, maxMasters: 5 };

describe('the plan of file handles', () => {
  it('grants everything if there are enough', () => {
    expect(planFileHandles({ limit: 1_048_576, open: 25 }, wanted)).toEqual(wanted);
  });

  it('counts a file for each connection, which may be reading one', () => {
    // 1024 − 25 open − 22 kept, less 5 masters of 2 handles.
    expect(planFileHandles({ limit: 1024, open: 25 }, wanted)).toEqual({
      maxConnections: 483,
      maxMasters: 5,
    });
  });

  it('allows fewer masters if they would take more than a quarter', () => {
    expect(planFileHandles({ limit: 64, open: 22 }, wanted)).toEqual({ maxConnections: 8, maxMasters: 2 });
  });

  it('never takes more handles than there are', () => {
    for (let limit = 40; limit < 400; limit += 1) {
      try {
        const plan = planFileHandles({ limit, open: 20 }, { ...wanted, maxMasters: 100 });
        expect(20 + 22 + 2 * plan.maxMasters + 2 * plan.maxConnections).toBeLessThanOrEqual(limit);
        expect(plan.maxMasters).toBeGreaterThan(0);
        expect(plan.maxConnections).toBeGreaterThan(1);
      } catch (error) {
        expect(error).toBeInstanceOf(TooFewFileHandlesError);
        expect(limit).toBeLessThan(48);
      }
    }
  });

  it('refuses fewer than it needs, and says how many that are', () => {
    expect(() => planFileHandles({ limit: 47, open: 20 }, wanted)).toThrow(
      'the server needs at least 48 file handles, but this process may have only 47: raise the limit, for example with ulimit -n 1024',
    );
    expect(planFileHandles({ limit: 48, open: 20 }, wanted)).toEqual({ maxConnections: 2, maxMasters: 1 });
  });
});

describe.skipIf(process.platform === 'win32')('the count of file handles', () => {
  it('is that of this process', () => {
    const handles = countFileHandles();
    expect(handles?.open).toBeGreaterThan(3);
    expect(handles?.limit).toBeGreaterThan(handles?.open ?? 0);
  });
});
