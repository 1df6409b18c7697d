// Entry of a process that tries a native backend of TensorFlow.js: reports its versions, or why it does not work.
import { tryNativeBackend } from '../engines/tfjs/try-native-backend.ts';

/** Sends the answer, and ends once it was taken: the module may keep the process alive, or end it badly. */
function answer(message: object): void {
  process.send?.(message, undefined, undefined, () => process.exit(0));
}

try {
  answer(await tryNativeBackend(process.argv[2] ?? ''));
} catch (error) {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  answer({ error: line.slice(0, 300) });
}
