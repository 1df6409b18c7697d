// Models in other formats, opened with the libraries that read them: onnxruntime, and safetensors for Python.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import {
  createModel,
  writeOnnx,
  writeSafetensors,
  type ExportedModel,
} from '../../../fixtures/exported-models/exported-model.ts';
import { networkCases } from '../../../fixtures/exported-models/network-cases.ts';
import {
  arraySchema,
  drawSteps,
  runWithTfjs,
  type NumberArray,
} from '../../../fixtures/exported-models/run-steps.ts';
import { topologyCases, type TopologyCase } from '../../../fixtures/exported-models/topology-cases.ts';

const python = inject('modelPython');
const cases: [string, TopologyCase][] = [...Object.entries(networkCases), ...Object.entries(topologyCases)];
const script = join(import.meta.dirname, '../../../fixtures/exported-models/run-models.py');
const tolerance = 1e-5;

const valueShape = z.array(z.union([z.string(), z.int()]));
const resultSchema = z.object({
  onnx: z.object({
    opset: z.int(),
    metadata: z.record(z.string(), z.string()),
    inputs: z.record(z.string(), valueShape),
    outputs: z.record(z.string(), valueShape),
    steps: z.array(z.record(z.string(), arraySchema)),
  }),
  safetensors: z.object({
    metadata: z.record(z.string(), z.string()),
    tensors: z.record(z.string(), arraySchema),
  }),
});
type Result = z.infer<typeof resultSchema>;

interface Outcome extends Result {
  readonly model: ExportedModel;
  readonly expected: readonly NumberArray[][];
}

const outcomes = new Map<string, Outcome>();
const directory = mkdtempSync(join(tmpdir(), 'exported-models-'));

/** One process for all cases, because onnxruntime takes long to import. */
beforeAll(async () => {
  if (python === null) return;
  mkdirSync(directory, { recursive: true });
  const prepared = [];
  for (const [index, [name, description]] of cases.entries()) {
    const model = await createModel(description);
    const steps = drawSteps(model, description.draw);
    const file = `case-${index}`;
    writeFileSync(join(directory, `${file}.onnx`), writeOnnx(model));
    writeFileSync(join(directory, `${file}.safetensors`), writeSafetensors(model));
    prepared.push({ name, model, file, steps, expected: await runWithTfjs(model, steps) });
  }
  const written = prepared.map(({ file, steps }) => ({ name: file, ...steps }));
  writeFileSync(join(directory, 'cases.json'), JSON.stringify(written));
  execFileSync(python, [script, directory], { stdio: ['ignore', 'inherit', 'inherit'] });
  const json: unknown = JSON.parse(readFileSync(join(directory, 'results.json'), 'utf8'));
  const results = z.record(z.string(), resultSchema).parse(json);
  for (const { name, file, ...rest } of prepared) {
    const result = results[file];
    if (result) outcomes.set(name, { ...result, ...rest });
  }
}, 300_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(name: string): Outcome {
  const outcome = outcomes.get(name);
  if (outcome === undefined) throw new Error(`there is no result of ${name}`);
  return outcome;
}

/** Largest difference of the numbers, relative to those that are larger than 1. */
function measureError(found: NumberArray, expected: NumberArray): number {
  expect(found.shape).toEqual(expected.shape);
  const errors = expected.data.map((number, index) => {
    const error = Math.abs((found.data[index] ?? Number.NaN) - number) / Math.max(1, Math.abs(number));
    return Number.isNaN(error) ? Infinity : error;
  });
  return Math.max(...errors);
}

describe.skipIf(python === null)('onnxruntime', () => {
  it.each(cases.map(([name]) => name))('computes what TensorFlow.js computes: %s', (name) => {
    const { onnx, expected } = read(name);
    expect(onnx.opset).toBeGreaterThanOrEqual(17);
    expect(onnx.steps).toHaveLength(expected.length);
    const names = Object.keys(onnx.outputs);
    expected.forEach((outputs, step) => {
      expect(names).toHaveLength(outputs.length);
      outputs.forEach((output, index) => {
        const found = onnx.steps[step]?.[names[index] ?? ''];
        if (found === undefined) throw new Error(`there is no output ${index}`);
        expect(measureError(found, output)).toBeLessThan(tolerance);
      });
    });
  });

  it('finds inputs and outputs by their names, with any number of rows', () => {
    const { inputs, outputs } = read('lstm in both towers').onnx;
    expect(inputs).toEqual({
      observation: ['batch', 4],
      policy_0_hidden: ['batch', 4],
      policy_0_cell: ['batch', 4],
      value_0_hidden: ['batch', 2],
      value_0_cell: ['batch', 2],
    });
    expect(outputs).toEqual({
      policy: ['batch', 3],
      value: ['batch', 1],
      policy_0_hidden_next: ['batch', 4],
      policy_0_cell_next: ['batch', 4],
      value_0_hidden_next: ['batch', 2],
      value_0_cell_next: ['batch', 2],
    });
    expect(Object.keys(read('no critic').onnx.outputs)).toEqual(['policy']);
    expect(Object.keys(read('a state of a cell').onnx.inputs)).toEqual(['observation', 'policy_2']);
  });

  it('reads what the model was trained for', () => {
    const { onnx, model } = read('gaussian');
    const { model_card: card, ...metadata } = onnx.metadata;
    expect(metadata).toEqual({
      format_version: '1',
      environment: 'Test-v0',
      algorithm: model.card.spec.algorithm,
      policy: 'gaussian',
      model: 'best',
    });
    expect(JSON.parse(card ?? '')).toEqual(JSON.parse(JSON.stringify(model.card)));
  });
});

describe.skipIf(python === null)('safetensors', () => {
  it.each(cases.map(([name]) => name))('has every weight and policy parameter: %s', (name) => {
    const { safetensors, onnx, model } = read(name);
    expect(safetensors.metadata).toEqual(onnx.metadata);
    const stored = new Float32Array(new Uint8Array(model.weights).buffer);
    let offset = 0;
    const weights = model.modelJson.weightsManifest.flatMap((group) => group.weights);
    for (const { name: tensor, shape } of weights) {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const data = [...stored.subarray(offset, offset + size)];
      expect(safetensors.tensors[tensor]).toEqual({ shape, data });
      offset += size;
    }
    const { policyParameters } = model.card;
    for (const [tensor, numbers] of Object.entries(policyParameters))
      expect(safetensors.tensors[tensor]?.data).toEqual(numbers);
    expect(Object.keys(safetensors.tensors)).toHaveLength(
      weights.length + Object.keys(policyParameters).length,
    );
  });

  it('has the deviations of gsde as a matrix of features and actions', () => {
    const { tensors } = read('gsde').safetensors;
    expect(tensors.logStandardDeviation?.shape).toEqual([10, 2]);
    expect(tensors.logStandardDeviation?.shape).toEqual(tensors['policy/kernel']?.shape);
  });
});
