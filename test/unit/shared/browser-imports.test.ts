// What a browser page could import: modules whose static imports lead to no Node module and no package.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../src');

/** What a file imports or re-exports once it is compiled; types are gone then. */
function listImports(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isErased =
      (ts.isImportDeclaration(statement) &&
        statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly);
    if (isErased || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

/** Modules outside src that a file leads to, each with the file that imports it. */
function findOutsideImports(entry: string): string[] {
  return walkImports(entry).found;
}

/** Files of src that a file leads to. */
function listReachable(entry: string): string[] {
  return [...walkImports(entry).seen].map((path) => relative(root, path));
}

function walkImports(entry: string): { readonly seen: ReadonlySet<string>; readonly found: string[] } {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const specifier of listImports(path)) {
      if (specifier.startsWith('.')) visit(join(dirname(path), specifier));
      else found.push(`${relative(root, path)} imports ${specifier}`);
    }
  };
  visit(join(root, entry));
  return { seen, found };
}

describe('a browser page', () => {
  it.each([
    'shared/agents/policy-agent.ts',
    'shared/engines/wasm/wasm-engine.ts',
    'shared/environments/cart-pole.ts',
    'shared/network/parameter-layout.ts',
    'policy/browser.ts',
    'environments.ts',
  ])('could import %s', (entry) => {
    expect(findOutsideImports(entry)).toEqual([]);
  });

  it('could import the client, which has one package and nothing else', () => {
    expect(findOutsideImports('client.ts')).toEqual(['client/event-stream.ts imports eventsource-parser']);
  });

  it('loads packages only for a model on TensorFlow.js, and never a Node module', () => {
    const lazy = listReachable('policy/browser.ts').flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/\bimport\('([^']+)'\)/g)].map(
        ([, specifier]) => specifier,
      ),
    );
    expect(lazy).toEqual(['./open-tfjs-model.ts']);
    const found = [
      ...findOutsideImports('policy/open-tfjs-model.ts'),
      ...findOutsideImports('shared/engines/tfjs/open-tfjs-engine.ts'),
    ];
    expect(found.filter((text) => text.includes(' imports node:'))).toEqual([]);
    expect(found).toContainEqual(expect.stringContaining('imports @tensorflow/tfjs-core'));
  });

  it.each(['browser/train.ts', 'browser/trainer.ts'])(
    'needs only packages that are bundled for %s',
    (entry) => {
      const packages = findOutsideImports(entry).map((text) => text.split(' imports ')[1]);
      expect([...new Set(packages)].sort()).toEqual(['leven', 'zod']);
    },
  );

  it('needs no package for its workers', () => {
    expect(findOutsideImports('browser/actor.ts')).toEqual([]);
  });

  it('could not import what reads files', () => {
    expect(findOutsideImports('shared/engines/wasm/compile-kernels.ts')).toEqual([
      'shared/engines/wasm/compile-kernels.ts imports node:fs',
    ]);
    expect(findOutsideImports('master/train.ts')).toContainEqual(expect.stringMatching(/ imports node:/));
  });
});
