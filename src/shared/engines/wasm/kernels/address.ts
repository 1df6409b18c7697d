// Addresses in kernel memory. The type is nominal, so that a count or an index cannot be used as an address. At run
// time addresses are plain numbers.

declare const brand: unique symbol;

/** Byte address of float32 or int32 numbers in kernel memory. Only the engine uses addresses. */
export type Address = number & { readonly [brand]: 'Address' };

/** Size of a number in kernel memory, float32 or int32, in bytes. */
export const NUMBER_BYTES = 4;

/** Address that stands for an absent array. */
export const NO_ADDRESS = toAddress(0);

/** Makes an address from a byte offset in kernel memory. */
export function toAddress(bytes: number): Address;
export function toAddress(bytes: number): number {
  return bytes;
}

/** Returns the address `count` numbers after another. */
export function offsetBy(address: Address, count: number): Address;
export function offsetBy(address: number, count: number): number {
  return address + count * NUMBER_BYTES;
}
