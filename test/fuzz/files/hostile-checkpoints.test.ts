// Fuzz test of checkpoints with correct checksums but wrong contents: a run resumes from a state that fits, or the
// checkpoint is refused.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/master/checkpoint/checkpoint.ts';
import { decodeState, InvalidStateError } from '../../../src/master/checkpoint/state-codec.ts';
import { openNodeMachine } from '../../../src/master/node-machine.ts';
import { TrainingRun } from '../../../src/master/training-run.ts';
import { DirectoryArtifactStore } from '../../../src/shared/artifacts/directory-artifact-store.ts';
import { readArtifact } from '../../../src/shared/artifacts/read-artifact.ts';
import { writeArtifact } from '../../../src/shared/artifacts/write-artifact.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { hostileJsonText, hostileValue } from '../generators/hostile-json.ts';
import { applyMutation, byteDamage, damageBytes, mutation } from '../generators/mutation.ts';
import { countRuns } from '../runs.ts';

const definition = new EnvironmentRegistry(builtInEnvironments).get('CartPole-v1');
const spec = resolveJobSpec(
  { environment: 'CartPole-v1', workers: 1, environmentsPerWorker: 2 },
  definition,
  () => 1,
);
const jobId = 'job_of_this_test';
const layout = createParameterLayout(describeNetwork(spec, definition));

/** Trains a moment and pauses; returns the files of the checkpoint it leaves. */
async function createCheckpoint(directory: string): Promise<Map<string, Uint8Array>> {
  const run = TrainingRun.start({
    spec,
    definition,
    artifacts: new DirectoryArtifactStore(() => directory),
    keepsCheckpoints: true,
    machine: openNodeMachine(),
    logger: pino({ level: 'silent' }),
    listener: {
      onCurvePoint: () => {
        run.stop('paused');
      },
    },
  });
  await run.finished;
  const artifact = await readArtifact(join(directory, 'checkpoint'));
  return new Map(artifact?.files);
}

const reference = fc.record({
  $array: fc.constantFrom('float32', 'float64', 'int32', 'uint8', 'bigint64'),
  offset: fc.constantFrom(-1, 0, 1, 1e9, 2 ** 53 - 1, 1e308),
  length: fc.constantFrom(-1, 0, 1, 100, 1e9, 2 ** 53 - 1),
});
const change = fc.oneof(
  fc.record({ type: fc.constant('field' as const), change: mutation }),
  fc.record({ type: fc.constant('reference' as const), reference }),
  fc.record({ type: fc.constant('bytes' as const), how: byteDamage }),
  fc.record({ type: fc.constant('text' as const), text: hostileJsonText }),
  fc.record({
    type: fc.constant('missing' as const),
    name: fc.constantFrom('checkpoint.json', 'checkpoint.bin'),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer Kind> ? Kind : never;

function changeFiles(sound: ReadonlyMap<string, Uint8Array>, kind: Change): Map<string, Uint8Array> {
  const files = new Map(sound);
  const text = new TextDecoder().decode(sound.get('checkpoint.json'));
  const setText = (changed: string): unknown =>
    files.set('checkpoint.json', new TextEncoder().encode(changed));
  switch (kind.type) {
    case 'field':
      setText(JSON.stringify(applyMutation(JSON.parse(text), kind.change)));
      break;
    case 'reference':
      setText(text.replace(/\{"\$array":[^}]*\}/, JSON.stringify(kind.reference)));
      break;
    case 'bytes':
      files.set('checkpoint.bin', damageBytes(sound.get('checkpoint.bin') ?? new Uint8Array(), kind.how));
      break;
    case 'text':
      setText(kind.text);
      break;
    case 'missing':
      files.delete(kind.name);
  }
  return files;
}

describe('a checkpoint with sound checksums and hostile contents', () => {
  it('fits the job in every size, with finite parameters, or is refused', async () => {
    const parent = createTemporaryDirectory();
    const sound = await createCheckpoint(parent);
    const directory = join(parent, 'checkpoint');
    const read = async () =>
      await readCheckpoint(new DirectoryArtifactStore(() => parent), { jobId, spec, layout });
    await writeArtifact({ directory, files: sound });
    expect(await read()).not.toBeNull();
    await fc.assert(
      fc.asyncProperty(change, async (kind) => {
        await rm(directory, { recursive: true, force: true });
        await writeArtifact({ directory, files: changeFiles(sound, kind) });
        const outcome = await read().catch((error: unknown) => error);
        if (outcome instanceof AppError) {
          expect(outcome.message).not.toContain(parent);
          return;
        }
        if (outcome instanceof Error) throw outcome;
        const checkpoint = await read();
        expect(checkpoint?.learner.parameters).toHaveLength(layout.size);
        expect(checkpoint?.learner.parameters.every(Number.isFinite)).toBe(true);
        expect(checkpoint?.workers).toHaveLength(spec.workers);
      }),
      { numRuns: countRuns(200) },
    );
  });
});

describe('a checkpoint of another optimizer or network', () => {
  it.each([
    { what: 'moments', pattern: /("moments":\[\{[^}]*"length":)(\d+)/, refusal: 'has moments of another' },
    {
      what: 'parameters',
      pattern: /("parameters":\{[^}]*"length":)(\d+)/,
      refusal: 'parameters, the job has',
    },
  ])('is refused where it has fewer $what', async ({ pattern, refusal }) => {
    const parent = createTemporaryDirectory();
    const files = await createCheckpoint(parent);
    const text = new TextDecoder().decode(files.get('checkpoint.json'));
    files.set('checkpoint.json', new TextEncoder().encode(text.replace(pattern, '$18')));
    const artifacts = new DirectoryArtifactStore(() => parent);
    await artifacts.write({ jobId, name: 'checkpoint' }, files);
    await expect(readCheckpoint(artifacts, { jobId, spec, layout })).rejects.toThrow(refusal);
  });
});

describe('the state codec', () => {
  it('decodes any JSON over any bytes, or refuses it', () => {
    const json = fc.oneof(hostileValue, fc.array(reference), fc.dictionary(fc.string(), reference));
    fc.assert(
      fc.property(json, fc.uint8Array({ maxLength: 64 }), (value, bytes) => {
        try {
          decodeState({ json: value, bytes });
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidStateError);
        }
      }),
      { numRuns: countRuns(1000) },
    );
  });
});
