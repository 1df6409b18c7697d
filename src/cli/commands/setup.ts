// a3c setup: builds what is better built on this machine than downloaded.
import { Argument } from 'commander';
import { z } from 'zod';
import { probeNativeBackend } from '../../shared/native-backend/probe-native-backend.ts';
import type { DefineCommand } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { buildTfjsNode } from '../setup/build-tfjs-node.ts';

const setupOptionsSchema = z.strictObject({
  force: z.boolean().default(false).describe('Build it again, even if it works'),
  python: z.string().min(1).default('python3').describe('Command that starts Python'),
  ...jsonFlag,
});

export const defineSetup: DefineCommand = (command, { stop }) => {
  command.addArgument(new Argument('<part>', 'what to set up').choices(['tfjs-node']));
  command.description(
    "Build @tensorflow/tfjs-node, TensorFlow.js's native backend. Fetches packages with npm and pip, needs g++, and " +
      'writes below XDG_DATA_HOME (or ~/.local/share).',
  );
  addSchemaFlags(command, setupOptionsSchema);
  command.action(async () => {
    const { python, force, json } = readSchemaFlags(command, setupOptionsSchema);
    const working = force ? null : (await probeNativeBackend()).backend;
    if (working) {
      const { packageName, version, tensorflow } = working;
      print({ packageName, version, tensorflow }, json, [
        `${packageName} ${version} already works here, with TensorFlow ${tensorflow}.`,
      ]);
      return;
    }
    const onProgress = (text: string): void => {
      console.error(`${text} …`);
    };
    const built = await buildTfjsNode({ python, signal: stop, onProgress });
    const { packageName, version, tensorflow, directory, origin } = built;
    print({ packageName, version, tensorflow, directory, origin }, json, [
      `${packageName} ${version} works, with TensorFlow ${tensorflow} from ${origin}.`,
      `It is in ${directory}: delete that directory to remove it. Jobs with engine "tfjs" use it from now on.`,
    ]);
  });
};

function print(result: object, isJson: boolean, lines: readonly string[]): void {
  console.log(isJson ? JSON.stringify(result) : lines.join('\n'));
}
