// CRC-32 of zip archives (ISO 3309), with a table of 256 remainders.
const polynomial = 0xedb88320;

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
  return remainder;
});

/** CRC-32 of bytes that come in pieces. */
export class Crc32 {
  #remainder = 0xffffffff;

  update(bytes: Uint8Array): void {
    let remainder = this.#remainder;
    for (let index = 0; index < bytes.length; index += 1)
      remainder = (remainder >>> 8) ^ (remainders[(remainder ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
    this.#remainder = remainder;
  }

  /** The CRC-32 of all bytes so far. */
  get value(): number {
    return (this.#remainder ^ 0xffffffff) >>> 0;
  }
}
