import { describe, expect, it } from 'vitest';
import { describeAddress } from '../../../../../src/server/http/access/caller-address.ts';

describe('the name of a caller’s address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
  ])('%s is %s', (ip, name) => {
    expect(describeAddress(ip)).toBe(name);
  });
});
