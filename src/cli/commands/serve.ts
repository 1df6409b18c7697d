// a3c serve: runs the training server until a signal stops it.
import { serverOptionsSchema } from '../../server/config.ts';
import { serveUntilStopped } from '../../server/serve-until-stopped.ts';
import { listenForStopSignals } from '../../server/stop-signals.ts';
import type { DefineCommand } from '../command-context.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';

export const defineServe: DefineCommand = (command, { stop }) => {
  addSchemaFlags(command, serverOptionsSchema);
  command.action(async () => {
    await serveUntilStopped(readSchemaFlags(command, serverOptionsSchema), stop ?? listenForStopSignals());
  });
};
