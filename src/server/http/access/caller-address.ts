// Addresses that count as one caller: one IPv4 address, or one IPv6 /64 network, which has 2⁶⁴ addresses.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const networkBits = 64;

/** Returns the name of the caller's address or network. A text that is not an address is its own name. */
export function describeAddress(ip: string): string {
  if (isIP(ip) === 0) return ip;
  // An IPv4 address in IPv6 form counts as that IPv4 address.
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(ip)}/${networkBits}`).toString()}/${networkBits}`;
}

/** `fe80::1%eth0` without the name of the interface. */
function withoutZone(ip: string): string {
  return ip.split('%', 1)[0] ?? ip;
}
