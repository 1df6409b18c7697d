#!/usr/bin/env node
// Entry of the a3c command. It imports nothing by itself, as an old Node fails on imports before it can say why.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `a3c needs Node 22.18 or newer; this is Node ${process.versions.node}. Run it through npm, which brings its own (npx a3c, npm start).`,
  );
  process.exitCode = 1;
} else {
  const args = process.argv.slice(2);
  try {
    // Loading the rest takes a moment, and a server may be stopped at any.
    const { listenForStopSignals } = await import('../server/stop-signals.ts');
    const stop = args[0] === 'serve' ? listenForStopSignals() : null;
    const { runProgram } = await import('./program.ts');
    process.exitCode = await runProgram(args, stop);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EMFILE')) throw error;
    console.error(
      `error: a3c has too few file handles (${error.message}): raise the limit, for example with ulimit -n 1024`,
    );
    process.exitCode = 1;
  }
}
