#!/usr/bin/env node
// Entry of the a3c command. It has no static imports, so that it can report why an import fails: Node may be too old,
// or the process may have too few file handles.

const tooOldCode = 'NODE_TOO_OLD';
const noHandleCode = 'EMFILE';

try {
  const { requireNode } = await import('../shared/node-version/require-node.ts');
  requireNode(process.version);
  const args = process.argv.slice(2);
  // The signal listener is loaded first: loading the rest takes a moment, and a signal may arrive at any time.
  const { listenForStopSignals } = await import('../server/stop-signals.ts');
  const stop = args[0] === 'serve' ? listenForStopSignals() : null;
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(args, stop);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (!(error instanceof Error) || (code !== tooOldCode && code !== noHandleCode)) throw error;
  console.error(
    code === tooOldCode
      ? error.message
      : `error: a3c has too few file handles (${error.message}): raise the limit, for example with ulimit -n 1024`,
  );
  process.exitCode = 1;
}
