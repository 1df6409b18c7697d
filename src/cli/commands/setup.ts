// a3c setup: builds what is better built on this machine than downloaded.
import { Argument } from 'commander';
import { z } from 'zod';
import { probeNativeBackend } from '../../shared/native-backend/probe-native-backend.ts';
import type { DefineCommand } from '../command-context.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { buildTfjsNode } from '../setup/build-tfjs-node.ts';

const setupOptionsSchema = z.strictObject({
  force: z.boolean().default(false).describe('Build it again, even if it works'),
  python: z.string().min(1).default('python3').describe('Command that starts Python'),
});

export const defineSetup: DefineCommand = (command, { stop }) => {
  command.addArgument(new Argument('<part>', 'what to set up').choices(['tfjs-node']));
  command.description(
    "Build @tensorflow/tfjs-node, TensorFlow.js's native backend. Fetches packages with npm and pip, needs g++, and " +
      'writes below XDG_DATA_HOME (or ~/.local/share).',
  );
  addSchemaFlags(command, setupOptionsSchema);
  command.action(async () => {
    const { python, force } = readSchemaFlags(command, setupOptionsSchema);
    const working = force ? null : (await probeNativeBackend()).backend;
    if (working) {
      const { packageName, version, tensorflow } = working;
      console.log(`${packageName} ${version} already works here, with TensorFlow ${tensorflow}.`);
      return;
    }
    const onProgress = (text: string): void => {
      console.error(`${text} …`);
    };
    const { directory, origin, version, tensorflow } = await buildTfjsNode({
      python,
      signal: stop,
      onProgress,
    });
    console.log(
      `@tensorflow/tfjs-node ${version} works, with TensorFlow ${tensorflow} from ${origin}.\n` +
        `It is in ${directory}: delete that directory to remove it. Jobs with engine "tfjs" use it from now on.`,
    );
  });
};
