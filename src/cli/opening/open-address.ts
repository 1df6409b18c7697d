// Browser of the person at this machine.
import { spawn } from 'node:child_process';

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/** The desktop's program that opens an address; null where there is no display to open it on. */
export function findOpener(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): Opener | null {
  if (platform === 'darwin') return { command: 'open', args: [] };
  // Without cmd.exe, for which an address with & would be several commands.
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  const hasDisplay = Boolean(environment.DISPLAY ?? environment.WAYLAND_DISPLAY ?? environment.BROWSER);
  return hasDisplay ? { command: 'xdg-open', args: [] } : null;
}

/** A browser that has not failed until then is open. */
const failureLimitMs = 3_000;

/** Opens the address, and returns whether that worked as far as one can tell. The browser outlives this process. */
export async function openAddress(address: URL, opener: Opener): Promise<boolean> {
  const child = spawn(opener.command, [...opener.args, address.href], { detached: true, stdio: 'ignore' });
  const hasWorked = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(resolve, failureLimitMs, true);
    const end = (isOpen: boolean): void => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    child.once('error', () => {
      end(false);
    });
    child.once('exit', (code) => {
      end(code === 0);
    });
  });
  child.unref();
  return hasWorked;
}
