import { expect, it } from 'vitest';
import { findOpener, openAddress } from '../../../src/cli/opening/open-address.ts';

it('each desktop has its opener, and where there is no display there is none', () => {
  expect(findOpener('darwin', {})?.command).toBe('open');
  // cmd.exe would take & in an address for the end of a command.
  expect(findOpener('win32', {})?.command).toBe('rundll32');
  expect(findOpener('linux', { DISPLAY: ':0' })?.command).toBe('xdg-open');
  expect(findOpener('linux', { WAYLAND_DISPLAY: 'wayland-0' })?.command).toBe('xdg-open');
  expect(findOpener('linux', { DISPLAY: '' })).toBeNull();
});

it('an opener that fails, or is not there, has opened nothing', async () => {
  const address = new URL('http://127.0.0.1:8080/#/jobs/x');
  const shell = (script: string) => ({ command: 'sh', args: ['-c', script] });
  expect(await openAddress(address, shell('exit 0'))).toBe(true);
  expect(await openAddress(address, shell('exit 3'))).toBe(false);
  expect(await openAddress(address, { command: 'no-such-opener', args: [] })).toBe(false);
});
