// Whose call counts as whose: one caller per IPv4 address, and per network of IPv6, where each has 2⁶⁴ addresses.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const networkBits = 64;

/** A name for the caller's place in the network; what is no address names itself. */
export function describeAddress(ip: string): string {
  if (isIP(ip) === 0) return ip;
  // An IPv4 address in the form of IPv6 is that IPv4 address.
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(ip)}/${networkBits}`).toString()}/${networkBits}`;
}

/** `fe80::1%eth0` without the name of the interface. */
function withoutZone(ip: string): string {
  return ip.split('%', 1)[0] ?? ip;
}
