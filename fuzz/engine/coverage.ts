import { Session, type Debugger, type Profiler } from 'node:inspector';

/** A file of which every block must be reached. */
export interface Watched {
  /** The end of its path. */
  readonly file: string;
  /** Functions in it that decode nothing. */
  readonly notDecoding?: readonly string[];
  /** Code that no input reaches, and why; named by the text it begins with. */
  readonly unreachable?: readonly { readonly code: string; readonly why: string }[];
}

interface Script {
  readonly id: string;
  /** For each character: 1 when it belongs to a block that ran. */
  readonly reached: Uint8Array;
  /** Where each named function stands. */
  readonly functions: Map<string, [start: number, end: number]>;
}

/** Begun when this file is loaded: V8 counts blocks only in what is compiled afterwards, so it is loaded first. */
const session = new Session();
session.connect();

/** With a session in the same thread, commands answer before they return. */
function ask(method: string, params: object = {}): unknown {
  let answer: { readonly error: Error | null; readonly result: unknown } | undefined;
  session.post(method, params, (error, result: unknown) => (answer = { error, result }));
  if (!answer) throw new Error(`${method} gave no answer`);
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

ask('Profiler.enable');
// For the source; switched off again, it would take the counters of blocks with it.
ask('Debugger.enable');

/** Said again, it also throws away what is optimized: optimized functions no longer say that they ran. */
const count = () => ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
count();

/** Blocks inside a function lie inside it, and what runs less often stands later: the last word counts. */
function paint(script: Script, { functions }: Profiler.ScriptCoverage): number {
  const now = new Uint8Array(script.reached.length);
  for (const { functionName, ranges } of functions) {
    const [whole] = ranges;
    if (functionName !== '' && whole)
      script.functions.set(`${functionName} ${whole.startOffset}`, [whole.startOffset, whole.endOffset]);
    for (const { startOffset, endOffset, count } of ranges)
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  let fresh = 0;
  for (let place = 0; place < now.length; place += 1) {
    if (now[place] === 1 && script.reached[place] === 0) {
      script.reached[place] = 1;
      fresh += 1;
    }
  }
  return fresh;
}

/** Braces and the like at the end of a block are no code. */
const isCode = (text: string): boolean => /[A-Za-z0-9]/.test(text.replaceAll(/\b(else|return)\b/g, ''));
/** As it was written, without what Vite makes of imports. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/\(0,__vite_ssr_import_\d+__\.(\w+)\)/g, '$1')
    .replaceAll(/__vite_ssr_import_\d+__\./g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

const taken = (): Profiler.ScriptCoverage[] =>
  (ask('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType).result;

/** What ran while everything was loaded, once for all who look afterwards. */
let loading: readonly Profiler.ScriptCoverage[] | null = null;

/** Which blocks of some files ran, since they were loaded. */
export class Coverage {
  readonly #watched: readonly Watched[];
  readonly #scripts = new Map<string, Script>();

  constructor(watched: readonly Watched[]) {
    this.#watched = watched;
    loading ??= taken();
    this.#paint(loading);
    this.take();
    this.refresh();
  }

  /** How many characters of code were reached for the first time since the last look. */
  take(): number {
    return this.#paint(taken());
  }

  #paint(scripts: readonly Profiler.ScriptCoverage[]): number {
    let fresh = 0;
    for (const script of scripts) {
      const watched = this.#watched.find(({ file }) => script.url.endsWith(file));
      if (watched) fresh += paint(this.#scriptOf(watched.file, script), script);
    }
    return fresh;
  }

  /** Counts in full again; takes some 100 ms. */
  refresh(): void {
    count();
  }

  /** What was reached until now, for `restore`. */
  save(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#scripts].map(([file, { reached }]) => [file, reached.slice()]));
  }

  /** As if nothing had run since. */
  restore(saved: ReadonlyMap<string, Uint8Array>): void {
    for (const [file, { reached }] of this.#scripts) reached.set(saved.get(file) ?? reached);
  }

  /** The blocks that did not run, as text, without those that need not. */
  unreached(): string[] {
    this.take();
    return this.#watched.flatMap((watched) => this.#unreachedIn(watched));
  }

  #scriptOf(file: string, { scriptId, functions }: Profiler.ScriptCoverage): Script {
    const known = this.#scripts.get(file);
    if (known) return known;
    const length = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
    const script: Script = { id: scriptId, reached: new Uint8Array(length), functions: new Map() };
    this.#scripts.set(file, script);
    return script;
  }

  #unreachedIn({ file, notDecoding = [], unreachable = [] }: Watched): string[] {
    const script = this.#scripts.get(file);
    if (!script) return [`${file}: never loaded`];
    const { scriptSource } = ask('Debugger.getScriptSource', {
      scriptId: script.id,
    }) as Debugger.GetScriptSourceReturnType;
    const needed = new Uint8Array(script.reached.length);
    const functions = [...script.functions].map(([key, range]) => [key.split(' ')[0] ?? '', range] as const);
    // What stands in no function ran when the file was loaded.
    for (const [, [start, end]] of functions) {
      for (let place = start; place < end; place += 1) needed[place] = 1 - (script.reached[place] ?? 0);
    }
    for (const [name, [start, end]] of functions) if (notDecoding.includes(name)) needed.fill(0, start, end);
    const blocks = blocksOf(needed, scriptSource);
    const isUnreachable = (block: string) => unreachable.some(({ code }) => block.startsWith(code));
    const idle = unreachable.filter(({ code }) => !blocks.some((block) => block.startsWith(code)));
    return [
      ...blocks.filter((block) => !isUnreachable(block)).map((block) => `${file}: ${block}`),
      ...idle.map(({ code }) => `${file}: reached after all: ${code}`),
    ];
  }
}

function blocksOf(needed: Uint8Array, source: string): string[] {
  const blocks: string[] = [];
  for (let start = needed.indexOf(1); start !== -1;) {
    const next = needed.indexOf(0, start);
    const end = next === -1 ? needed.length : next;
    const text = source.slice(start, end);
    if (isCode(text)) blocks.push(inOneLine(text));
    start = needed.indexOf(1, end);
  }
  return blocks;
}
