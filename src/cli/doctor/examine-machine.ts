// Node, processor and memory, as jobs may use them.
import { availableParallelism, cpus } from 'node:os';
import { measureJobMemory } from '../../shared/job/machine-memory.ts';
import { find, type Finding } from './finding.ts';

export function examineMachine(): Finding[] {
  const cores = availableParallelism();
  const gibibytes = (measureJobMemory() / 2 ** 30).toFixed(1);
  return [
    // The command does not start on a version that is too old.
    find('node', process.version),
    find('cores', `${cores}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`),
    find('memory', `${gibibytes} GiB for jobs`),
    examineSimd('simd', simdModule),
    examineSimd('relaxed simd', relaxedSimdModule),
  ];
}

/** Start of every WebAssembly module, and the type of a function that returns a vector. */
const vectorFunction = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0];

/** A function that splats a number to 16 lanes and counts their ones. */
const simdModule = Uint8Array.from([...vectorFunction, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/** A function that selects lanes by those of another vector (i8x16.relaxed_swizzle). */
const relaxedSimdModule = Uint8Array.from([
  ...vectorFunction,
  ...[10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);

function examineSimd(name: string, module: Uint8Array<ArrayBuffer>): Finding {
  try {
    new WebAssembly.Module(module);
    return find(name, 'supported');
  } catch {
    const detail = 'this processor, or this version of Node, does not have it';
    return { name, state: 'broken', detail, remedy: 'npm install node@22, and start a3c with npx' };
  }
}
