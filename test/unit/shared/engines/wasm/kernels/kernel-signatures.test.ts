// The TypeScript interface of the kernels against their AssemblyScript sources: a call with two arguments swapped would
// run, and compute nonsense.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { instantiateKernels } from '../../../../../../src/shared/engines/wasm/kernels/instantiate-kernels.ts';
import { KernelMemory } from '../../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { module } from '../../../../../fixtures/kernel-pair.ts';

const root = join(import.meta.dirname, '../../../../../..');
const bindings = 'src/shared/engines/wasm/kernels';

/** What TypeScript calls the types of AssemblyScript. */
const typeNames: Readonly<Record<string, string>> = {
  usize: 'Address',
  i32: 'number',
  f32: 'number',
  f64: 'number',
};

interface Signature {
  /** e.g. `x: Address`. */
  readonly parameters: readonly string[];
  readonly result: string;
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
}

function describeSignature(
  { parameters, type: result }: ts.SignatureDeclaration,
  source: ts.SourceFile,
): Signature {
  const describeType = (type: ts.TypeNode | undefined): string => {
    const text = type?.getText(source) ?? 'untyped';
    return typeNames[text] ?? text;
  };
  return {
    parameters: parameters.map(({ name, type }) => `${name.getText(source)}: ${describeType(type)}`),
    result: describeType(result),
  };
}

/** Signatures of the functions that assembly/index.ts exports, by name. */
function readSources(): Map<string, Signature> {
  const signatures = new Map<string, Signature>();
  for (const { exportClause, moduleSpecifier } of parse('assembly/index.ts').statements.filter(
    ts.isExportDeclaration,
  )) {
    if (!exportClause || !ts.isNamedExports(exportClause)) continue;
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) continue;
    const source = parse(join('assembly', `${moduleSpecifier.text}.ts`));
    const functions = source.statements.filter(ts.isFunctionDeclaration);
    for (const { name } of exportClause.elements) {
      const declaration = functions.find((candidate) => candidate.name?.text === name.text);
      if (!declaration) throw new Error(`${source.fileName} has no function ${name.text}`);
      signatures.set(name.text, describeSignature(declaration, source));
    }
  }
  return signatures;
}

/** Signatures of the methods of an interface in the file, by name. */
function readInterface(file: string): [string, Signature][] {
  const source = parse(join(bindings, file));
  const declarations = source.statements.filter(ts.isInterfaceDeclaration);
  const methods = declarations.flatMap(({ members }) => members.filter(ts.isMethodSignature));
  return methods.map((method) => [method.name.getText(source), describeSignature(method, source)]);
}

describe('the interface of the kernels', () => {
  const sources = readSources();
  const bound = new Map([...readInterface('kernels.ts'), ...readInterface('policy-kernels.ts')]);

  it('has every kernel, and nothing else', () => {
    expect(sources.size).toBeGreaterThan(30);
    expect([...bound.keys()].sort()).toEqual([...sources.keys()].sort());
  });

  it.each([...sources])('gives %s its arguments in their order', (name, signature) => {
    expect(bound.get(name)).toEqual(signature);
  });

  it('is that of the compiled module', () => {
    const kernels: object = instantiateKernels(module, new KernelMemory(2));
    for (const [name, kernel] of Object.entries<unknown>({ ...kernels })) {
      if (typeof kernel !== 'function') continue;
      expect(kernel, name).toHaveLength(sources.get(name)?.parameters.length ?? Number.NaN);
    }
  });
});
