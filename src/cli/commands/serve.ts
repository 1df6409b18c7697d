// a3c serve: the training server, until a signal ends it.
import { serverOptionsSchema, serveUntilSignal } from '../../server/main.ts';
import type { DefineCommand } from '../command-context.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';

export const defineServe: DefineCommand = (command) => {
  addSchemaFlags(command, serverOptionsSchema);
  command.action(async () => {
    await serveUntilSignal(readSchemaFlags(command, serverOptionsSchema));
  });
};
