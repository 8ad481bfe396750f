import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DockerfileParser,
  type Arg,
  type From,
  type Instruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from 'dockerfile-ast';
import { root } from '../../scripts/fresh-build.js';

/** One instruction of a stage, decoded as far as carrying it out needs. */
export type BuildStep =
  | { readonly is: 'WORKDIR'; readonly folder: string }
  | { readonly is: 'RUN'; readonly script: string; readonly caches: readonly string[] }
  | {
      readonly is: 'COPY';
      readonly from: string | null;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly is: 'ENV'; readonly values: Readonly<Record<string, string>> }
  | { readonly is: 'USER'; readonly uid: number; readonly gid: number }
  | { readonly is: 'HEALTHCHECK'; readonly argv: readonly string[] }
  | { readonly is: 'ENTRYPOINT'; readonly argv: readonly string[] }
  | { readonly is: 'CMD'; readonly argv: readonly string[] }
  /** What changes no file and starts nothing: labels, ports, the stop signal, build arguments. */
  | { readonly is: 'NOTE'; readonly keyword: string };

export interface Stage {
  /** As later stages call it; the last one may have no name. */
  readonly name: string | null;
  /** The image it begins from, build arguments filled in. */
  readonly base: string;
  readonly steps: readonly BuildStep[];
}

export const DOCKERFILE = join(root, 'infra', 'Dockerfile');
export const dockerfileText = (): string => readFileSync(DOCKERFILE, 'utf8');

/** Instructions that neither write files nor say how to start. */
const NOTES = ['ARG', 'LABEL', 'EXPOSE', 'STOPSIGNAL'];

function flagsOf(instruction: Instruction): { name: string; value: string }[] {
  const flags = (instruction as ModifiableInstruction).getFlags();
  return flags.map((flag) => ({ name: flag.getName(), value: flag.getValue() ?? '' }));
}

/** Only what is used is understood: whatever else appears has to be added here first. */
function refuse(what: string): never {
  throw new Error(`infra/testing/dockerfile.ts does not know how to carry out: ${what}`);
}

function runStep(instruction: Instruction): BuildStep {
  const caches = flagsOf(instruction).map(({ name, value }) => {
    const cache = name === 'mount' ? /^type=cache,target=(\/[^,]+)$/.exec(value)?.[1] : undefined;
    return cache ?? refuse(`RUN --${name}=${value}`);
  });
  const script = (instruction.getRawArgumentsContent() ?? '').replace(/^(?:--\S+\s+(?:\\\n\s*)?)+/, '');
  return { is: 'RUN', script, caches };
}

function copyStep(instruction: Instruction): BuildStep {
  const flags = flagsOf(instruction);
  const other = flags.find(({ name }) => name !== 'from');
  if (other) refuse(`COPY --${other.name}`);
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const to = paths.at(-1) ?? refuse('COPY without a place');
  return { is: 'COPY', from: flags[0]?.value ?? null, sources: paths.slice(0, -1), to };
}

function envStep(instruction: Instruction): BuildStep {
  const pairs = (instruction as PropertyInstruction).getProperties();
  return {
    is: 'ENV',
    values: Object.fromEntries(pairs.map((pair) => [pair.getName(), pair.getValue() ?? ''])),
  };
}

function userStep(instruction: Instruction): BuildStep {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(instruction.getArgumentsContent() ?? '') ?? [];
  if (uid === undefined || gid === undefined) refuse('USER that is not uid:gid');
  return { is: 'USER', uid: Number(uid), gid: Number(gid) };
}

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string');

/** `["node", "main.js"]`, in HEALTHCHECK after its flags and CMD. */
function argvOf(instruction: Instruction): readonly string[] {
  const list = /\[.*\]$/s.exec(instruction.getRawArgumentsContent() ?? '')?.[0];
  const words: unknown = list === undefined ? null : JSON.parse(list);
  return isWords(words) ? words : refuse(`${instruction.getKeyword()} that is not in exec form`);
}

function stepOf(instruction: Instruction): BuildStep {
  const keyword = instruction.getKeyword();
  switch (keyword) {
    case 'RUN':
      return runStep(instruction);
    case 'COPY':
      return copyStep(instruction);
    case 'ENV':
      return envStep(instruction);
    case 'USER':
      return userStep(instruction);
    case 'WORKDIR':
      return {
        is: 'WORKDIR',
        folder: instruction.getArgumentsContent() ?? refuse('WORKDIR without a folder'),
      };
    case 'HEALTHCHECK':
    case 'ENTRYPOINT':
    case 'CMD':
      return { is: keyword, argv: argvOf(instruction) };
    default:
      return NOTES.includes(keyword) ? { is: 'NOTE', keyword } : refuse(keyword);
  }
}

function baseOf(from: From, given: ReadonlyMap<string, string>): string {
  const image = from.getImage() ?? refuse('FROM without an image');
  return image.replace(/\$\{(\w+)\}/g, (_, name: string) => given.get(name) ?? refuse(`\${${name}}`));
}

/** The stages of a Dockerfile in their order. */
export function stagesOf(text: string): Stage[] {
  const given = new Map<string, string>();
  const stages: { name: string | null; base: string; steps: BuildStep[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const stage = stages.at(-1);
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ name: from.getBuildStage(), base: baseOf(from, given), steps: [] });
    } else if (stage) stage.steps.push(stepOf(instruction));
    else {
      const property = (instruction as Arg).getProperty();
      given.set(property?.getName() ?? '', property?.getValue() ?? '');
    }
  }
  return stages;
}

/** The last one of its kind counts, as with the builder. */
export const lastOf = <K extends BuildStep['is']>(
  stage: Stage,
  is: K,
): Extract<BuildStep, { is: K }> | undefined =>
  stage.steps.findLast((step): step is Extract<BuildStep, { is: K }> => step.is === is);
