// Whose call counts as whose: one caller per IPv4 address, and per network of IPv6, where each has 2⁶⁴ addresses.

const groupsOfNetwork = 4;

/** A name for the caller's place in the network. */
export function describeAddress(ip: string): string {
  const [address = ''] = ip.toLowerCase().split('%', 1);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const groups = readGroups(head);
  if (tail !== undefined) {
    const last = readGroups(tail);
    while (groups.length + last.length < 2 * groupsOfNetwork) groups.push('0');
    groups.push(...last);
  }
  return `${groups.slice(0, groupsOfNetwork).join(':')}::/64`;
}

function readGroups(text: string): string[] {
  return text.split(':').filter((group) => group !== '');
}
