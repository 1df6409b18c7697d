// What can compute networks here.
import * as tf from '@tensorflow/tfjs-core';
import { includedBackends, type IncludedBackend } from '../../shared/engines/engine-choice.ts';
import { startBackend } from '../../shared/engines/tfjs/start-backend.ts';
import { compileKernels } from '../../shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../shared/engines/wasm/wasm-engine.ts';
import { probeNativeBackend } from '../../shared/native-backend/probe-native-backend.ts';
import { describeError, find, type Finding } from './finding.ts';

export async function examineEngines(): Promise<Finding[]> {
  const findings = [examineKernels(), await examineNativeBackend()];
  for (const backend of includedBackends) findings.push(await examineIncluded(backend));
  return findings;
}

function examineKernels(): Finding {
  const name = 'kernels';
  try {
    const engine = WasmEngine.open(compileKernels());
    return find(name, `${engine.name} engine, ${engine.backend}`);
  } catch (error) {
    return { name, state: 'broken', detail: describeError(error), remedy: 'npm install a3c-server' };
  }
}

async function examineNativeBackend(): Promise<Finding> {
  const name = 'tfjs: tensorflow';
  const { backend, reason } = await probeNativeBackend();
  if (backend === null)
    return { name, state: 'absent', detail: reason ?? 'not found', remedy: 'npx a3c setup tfjs-node' };
  const { packageName, version, tensorflow } = backend;
  return find(name, `${packageName} ${version}, TensorFlow ${tensorflow}`);
}

async function examineIncluded(backend: IncludedBackend): Promise<Finding> {
  const name = `tfjs: ${backend}`;
  try {
    await startBackend(backend);
    return find(name, `TensorFlow.js ${tf.version_core}`);
  } catch (error) {
    return { name, state: 'absent', detail: describeError(error), remedy: 'npm install a3c-server' };
  }
}
