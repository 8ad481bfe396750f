import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../../../scripts/fresh-build.js';
import { titleOf, type Manifest } from './manifests.js';

const require = createRequire(import.meta.url);

/** Where the type and the class of such an object are. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const isOfPrometheus = apiVersion.startsWith('monitoring.coreos.com/');
  const library = isOfPrometheus ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return `${library}/${apiVersion}/${kind}`;
}

/** kustomize breaks long values of a Secret into lines, which a cluster does not mind. */
function inOneLine(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret') return manifest;
  const data = Object.entries(manifest.data ?? {}).map(([key, value]) => [key, value.replaceAll('\n', '')]);
  return { ...manifest, data: Object.fromEntries(data) as Record<string, string> };
}

/** What the API server would refuse: missing fields, values that are none, numbers out of range. */
export function wrongValues(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const classes = require(moduleOf(manifest)) as Record<
      string,
      new (data: Manifest) => { validate: () => void }
    >;
    const Model = classes[manifest.kind];
    if (!Model) return [`${titleOf(manifest)}: no such kind`];
    try {
      new Model(inOneLine(manifest)).validate();
      return [];
    } catch (problem) {
      return [`${titleOf(manifest)}: ${String(problem)}`];
    }
  });
}

/** The objects as a program that only a compiler reads: in a literal it accepts no field that the type does not have. */
function asProgram(manifests: readonly Manifest[]): string {
  const lines = manifests.map(
    (manifest, n) =>
      `export const o${n}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  return lines.join('\n');
}

/** What the API server would drop in silence: fields that no type knows; and values of another type. */
export function unknownFields(manifests: readonly Manifest[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const name = join(root, 'infra/k8s/testing/rendered.ts');
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.getSourceFile = (file, language, ...more) =>
    file === name
      ? ts.createSourceFile(file, asProgram(manifests), language)
      : getSourceFile(file, language, ...more);
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
    const [manifest] = manifests.slice(line);
    return `${manifest ? titleOf(manifest) : '?'}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
