// Addresses in kernel memory. The type is nominal, so that no count or index is taken for one; it costs nothing at run
// time: addresses are plain numbers there.

declare const brand: unique symbol;

/** Byte address of float32 or int32 numbers in kernel memory. Addresses do not leave the engine. */
export type Address = number & { readonly [brand]: 'Address' };

/** Bytes of a number in kernel memory, float32 or int32. */
export const NUMBER_BYTES = 4;

/** What kernels take for an array that is not there. */
export const NO_ADDRESS = toAddress(0);

/** The address of a byte of kernel memory, counted from its start. */
export function toAddress(bytes: number): Address;
export function toAddress(bytes: number): number {
  return bytes;
}

/** The address `count` numbers after another. */
export function offsetBy(address: Address, count: number): Address;
export function offsetBy(address: number, count: number): number {
  return address + count * NUMBER_BYTES;
}
