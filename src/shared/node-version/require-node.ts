// Check of the Node version. This file and its imports must also run on older versions of Node.
import { AppError } from '../errors/app-error.ts';

/** This version of Node is too old for the package. */
export class NodeTooOldError extends AppError {
  readonly code = 'NODE_TOO_OLD';

  constructor(version: string) {
    super(
      `a3c-server needs Node 22.18 or newer; this is ${version}. Install a newer one from https://nodejs.org, ` +
        'or add one to this project (npm install node@22) and run it through npm or npx.',
    );
  }
}

/** Throws NodeTooOldError unless a version such as v22.18.0 is new enough. */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) throw new NodeTooOldError(version);
}
