// Records of event files, byte by byte.
import { describe, expect, it } from 'vitest';
import {
  encodeRecord,
  encodeScalars,
} from '../../../../../src/shared/curve-files/tensorboard/encode-events.ts';
import { computeCrc32c } from '../../../../../src/shared/model-format/crc32.ts';
import { computeSlowCrc32c } from '../../../../fixtures/event-files.ts';

describe('CRC-32C', () => {
  it.each([
    // From RFC 3720, appendix B.4.
    ['zeros', Buffer.alloc(32), 0x8a9136aa],
    ['ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['digits', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s is known', (_, bytes, expected) => {
    expect(computeCrc32c(bytes)).toBe(expected);
    expect(computeSlowCrc32c(bytes)).toBe(expected);
  });
});

describe('a record', () => {
  it('has its length, the data, and a masked checksum of each', () => {
    const record = Buffer.from(encodeRecord(Buffer.from('abc')));
    expect(record.readBigUInt64LE(0)).toBe(3n);
    expect(record.subarray(12, 15).toString()).toBe('abc');
    // As the RecordWriter of TensorBoard writes it.
    expect(record.toString('hex')).toBe('0300000000000000b099490e6162636e57f121');
  });
});

describe('scalars', () => {
  it('of zero are written, at step zero too', () => {
    const time = { wallTime: 1.5, step: 0 };
    const [zero, one] = [0, 1].map((value) => encodeScalars(time, [{ tag: 'a/b', value }]));
    expect(zero).toHaveLength(one?.length ?? 0);
  });
});
