// Trial of TensorFlow.js's native backend in a process of its own: a binding for another machine can end its process.
import { fork } from 'node:child_process';
import { z } from 'zod';
import { resolveEntry } from '../program-files/resolve-entry.ts';
import { findNativeModules, type NativeModule } from './find-native-modules.ts';

/** A backend that works. */
export interface NativeBackend extends NativeModule {
  /** Version of the package. */
  readonly version: string;
  /** Version of TensorFlow. */
  readonly tensorflow: string;
}

export interface NativeProbe {
  /** The best backend that works; null if none does. */
  readonly backend: NativeBackend | null;
  /** Why no better one was taken; null if the best one works. */
  readonly reason: string | null;
}

/** Loading takes about two seconds; a slow disk or a busy machine may need more. */
const probeLimitMs = 60_000;

const answerSchema = z.union([
  z.object({ version: z.string(), tensorflow: z.string() }),
  z.object({ error: z.string() }),
]);

/** Environment of processes that load TensorFlow: without it, TensorFlow reports on standard error what it found. */
export const quietTensorFlow = { TF_CPP_MIN_LOG_LEVEL: '2' };

let probe: Promise<NativeProbe> | null = null;

/** Finds the native backend; a process tries only once. Never throws. */
export async function probeNativeBackend(): Promise<NativeProbe> {
  probe ??= tryModules(findNativeModules());
  return await probe;
}

/** Tries modules in their order until one works. */
export async function tryModules(modules: readonly NativeModule[]): Promise<NativeProbe> {
  const failures: string[] = [];
  for (const module of modules) {
    const answer = await tryModule(module);
    if (!('error' in answer))
      return { backend: { ...module, ...answer }, reason: failures.join('; ') || null };
    failures.push(`${module.packageName} does not work: ${answer.error}`);
  }
  const none = '@tensorflow/tfjs-node is not installed (npx a3c setup tfjs-node builds it)';
  return { backend: null, reason: failures.join('; ') || none };
}

async function tryModule({ module }: NativeModule): Promise<z.infer<typeof answerSchema>> {
  const child = fork(resolveEntry('./probe-native-task', import.meta.url), [module], {
    env: { ...process.env, ...quietTensorFlow },
    // What a package prints is no part of the answer.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'],
    timeout: probeLimitMs,
    killSignal: 'SIGKILL',
  });
  return await new Promise((resolve) => {
    child.on('message', (message) => {
      const answer = answerSchema.safeParse(message);
      if (answer.success) resolve(answer.data);
    });
    child.on('error', (error) => {
      resolve({ error: error.message });
    });
    child.on('exit', (code, signal) => {
      const end = signal === 'SIGKILL' ? 'it does not end' : `it ends its process (${signal ?? code})`;
      resolve({ error: end });
    });
  });
}
