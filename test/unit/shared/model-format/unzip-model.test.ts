// Reader of archives: what others wrote, and how little it holds up.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { listZipEntries, readZipEntry, unzipModel } from '../../../../src/shared/model-format/unzip-model.ts';
import { countTurns } from '../../../fixtures/count-turns.ts';

const large = Uint8Array.from({ length: 16 * 1024 * 1024 }, (_, index) => (index * 2_654_435_761) >>> 24);

describe('an archive', () => {
  it.each([0, 6] as const)('is read in pieces, so that others have their turn: level %i', async (level) => {
    const archive = zipSync({ 'weights.bin': [large, { level }] });
    let files: ReadonlyMap<string, Uint8Array> = new Map();
    const turns = await countTurns(async () => {
      files = await unzipModel(archive);
    });
    expect(turns).toBeGreaterThanOrEqual(16);
    expect(Buffer.compare(files.get('weights.bin') ?? new Uint8Array(), large)).toBe(0);
  });

  it('is listed without being unpacked, with the size of each file', async () => {
    const archive = zipSync({ a: new Uint8Array(1000), 'folder/b': new Uint8Array(0) });
    const entries = listZipEntries(archive);
    expect([...entries].map(([name, { bytes }]) => [name, bytes])).toEqual([
      ['a', 1000],
      ['folder/b', 0],
    ]);
    const entry = entries.get('a');
    expect(entry && (await readZipEntry(archive, entry))).toEqual(new Uint8Array(1000));
  });

  it('with one name twice is refused', async () => {
    const archive = zipSync({ 'model.json': new Uint8Array(1), 'nodel.json': new Uint8Array(2) });
    const text = Buffer.from(archive).toString('latin1').replaceAll('nodel', 'model');
    await expect(unzipModel(Buffer.from(text, 'latin1'))).rejects.toThrow(/two files model\.json$/);
  });
});
