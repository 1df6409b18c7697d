// CRC-32 with a table of 256 remainders.

/** Of zip archives (ISO 3309). */
const zipPolynomial = 0xedb88320;
/** Of Castagnoli, which TensorFlow's records have. */
const castagnoliPolynomial = 0x82f63b78;

function createRemainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1)
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
}

const zipRemainders = createRemainders(zipPolynomial);
const castagnoliRemainders = createRemainders(castagnoliPolynomial);

/** CRC-32 of bytes that come in pieces, as zip archives have it. */
export class Crc32 {
  readonly #remainders: Uint32Array;
  #remainder = 0xffffffff;

  constructor(remainders = zipRemainders) {
    this.#remainders = remainders;
  }

  update(bytes: Uint8Array): void {
    let remainder = this.#remainder;
    for (let index = 0; index < bytes.length; index += 1)
      remainder = (remainder >>> 8) ^ (this.#remainders[(remainder ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
    this.#remainder = remainder;
  }

  /** The CRC-32 of all bytes so far. */
  get value(): number {
    return (this.#remainder ^ 0xffffffff) >>> 0;
  }
}

/** CRC-32C of bytes. */
export function computeCrc32c(bytes: Uint8Array): number {
  const checksum = new Crc32(castagnoliRemainders);
  checksum.update(bytes);
  return checksum.value;
}
