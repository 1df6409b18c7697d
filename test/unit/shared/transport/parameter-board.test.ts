import { describe, expect, it } from 'vitest';
import { ParameterBoard } from '../../../../src/shared/transport/parameter-board.ts';

describe('the parameter board', () => {
  it('shows what was published last, on every side of the memory', () => {
    const master = new ParameterBoard(3);
    const worker = new ParameterBoard(3, master.memory);
    const target = new Float32Array(3);
    for (const version of [0, 1, 2, 3]) {
      master.publish(Float32Array.of(version, -version, 0.5), version);
      expect(worker.version).toBe(version);
      expect(worker.read(target)).toBe(version);
      expect([...target]).toEqual([version, -version, 0.5]);
    }
  });

  it('may leave versions out: what is read is never half of one and half of another', () => {
    const master = new ParameterBoard(2);
    const worker = new ParameterBoard(2, master.memory);
    const target = new Float32Array(2);
    for (const version of [1, 3, 5, 8, 10]) {
      // A reader that sees the version before still has its slot.
      const before = worker.read(target);
      master.publish(Float32Array.of(version, version), version);
      expect(worker.isNewerThan(before)).toBe(true);
      expect(worker.read(target)).toBe(version);
      expect([...target]).toEqual([version, version]);
    }
    // A slot that is being read is not the one that is written next.
    const slots = new Float32Array(master.memory, 128);
    expect([...slots].sort((a, b) => a - b)).toEqual([8, 8, 10, 10]);
    master.publish(Float32Array.of(12, 12), 12);
    expect([...slots].sort((a, b) => a - b)).toEqual([10, 10, 12, 12]);
  });

  it('keeps a version of its own apart from the parameters given to it', () => {
    const board = new ParameterBoard(2);
    const parameters = Float32Array.of(1, 2);
    board.publish(parameters, 1);
    parameters.fill(9);
    const target = new Float32Array(2);
    board.read(target);
    expect([...target]).toEqual([1, 2]);
  });

  it('tells how far training had come when the parameters read were published', () => {
    const master = new ParameterBoard(1);
    const worker = new ParameterBoard(1, master.memory);
    const target = new Float32Array(1);
    master.publish(Float32Array.of(1), 1, { progress: 0.25 });
    worker.read(target);
    expect(worker.progress).toBe(0.25);
    master.publish(Float32Array.of(2), 2, { progress: 0.5 });
    expect(worker.progress).toBe(0.25);
    worker.read(target);
    expect(worker.progress).toBe(0.5);
  });

  it('does not sleep when the version has already changed', () => {
    const board = new ParameterBoard(1);
    board.publish(Float32Array.of(1), 1);
    board.waitForChange(0, 60_000);
    expect(board.version).toBe(1);
  });

  it.each([2 ** 31, 2 ** 32, 2 ** 33])('counts versions past %d', (limit) => {
    const master = new ParameterBoard(1);
    const worker = new ParameterBoard(1, master.memory);
    const target = new Float32Array(1);
    for (const version of [limit - 2, limit - 1, limit, limit + 1]) {
      master.publish(Float32Array.of(version - limit), version, { progress: 0.5 });
      expect(master.version).toBe(version);
      expect(worker.version).toBe(version);
      expect(worker.isNewerThan(version - 1)).toBe(true);
      expect(worker.isNewerThan(version)).toBe(false);
      expect(worker.read(target)).toBe(version);
      expect([...target]).toEqual([version - limit]);
      worker.waitForChange(version - 1, 60_000);
    }
  });
});
