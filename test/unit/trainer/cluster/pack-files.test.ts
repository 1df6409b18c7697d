// Models and checkpoints as one object.
import { describe, expect, it } from 'vitest';
import { packFiles, unpackFiles } from '../../../../src/trainer/cluster/pack-files.ts';
import { DamagedObjectError } from '../../../../src/trainer/cluster/read-object.ts';

const files = new Map([
  ['model.json', Buffer.from('{"a": 1}')],
  ['weights.bin', Buffer.from(Float32Array.of(1, 2, 3).buffer)],
  ['empty.bin', Buffer.alloc(0)],
]);

describe('files as one object', () => {
  it('are the same afterwards', async () => {
    const unpacked = await unpackFiles(await packFiles(files));
    expect([...unpacked.keys()]).toEqual([...files.keys()]);
    for (const [name, bytes] of files) expect(Buffer.from(unpacked.get(name) ?? [])).toEqual(bytes);
  });

  it('are refused if a byte has changed, or the end is missing', async () => {
    const packed = await packFiles(files);
    for (let position = 0; position < packed.length; position += 7) {
      const damaged = Buffer.from(packed);
      damaged[position] = (damaged[position] ?? 0) ^ 0x10;
      const unpacked = await unpackFiles(damaged).catch((error: unknown) => error);
      // The time in the manifest has no checksum.
      if (unpacked instanceof Map)
        expect([...unpacked.values()].map((bytes) => Buffer.from(bytes))).toEqual([...files.values()]);
      else expect(unpacked).toBeInstanceOf(DamagedObjectError);
    }
    for (const length of [0, 3, 100, packed.length - 1])
      await expect(unpackFiles(packed.subarray(0, length))).rejects.toThrow(DamagedObjectError);
  });
});
