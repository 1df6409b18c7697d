// a3c serve: runs the training server until a signal stops it.
import { serverOptionsSchema } from '../../server/config.ts';
import { serveUntilStopped } from '../../server/serve-until-stopped.ts';
import { listenForStopSignals } from '../../server/stop-signals.ts';
import { readVersion } from '../../server/version.ts';
import type { DefineCommand } from '../command-context.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { createPeopleLog } from '../serving/people-log.ts';

export const defineServe: DefineCommand = (command, { stop }) => {
  addSchemaFlags(command, serverOptionsSchema);
  command.action(async () => {
    const options = readSchemaFlags(command, serverOptionsSchema);
    const { stdout } = process;
    const logDestination = stdout.isTTY
      ? createPeopleLog({
          version: readVersion(),
          write: (text) => stdout.write(text),
          hasColors: stdout.hasColors(),
        })
      : undefined;
    await serveUntilStopped(options, stop ?? listenForStopSignals(), { logDestination });
  });
};
