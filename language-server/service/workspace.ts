import type { SpecificationFile } from "../../grammar/ast.ts";
import { type ParseResult, parse } from "../../grammar/parse.ts";
import type { LoadedFile } from "../../compiler/bind/load.ts";
import { atOnce } from "../../compiler/at-once.ts";
import { type Level, reaches } from "../../compiler/level.ts";
import { isPrelude, prelude } from "../../compiler/prelude/prelude.ts";
import { type Compilation, compileInSteps } from "../../compiler/program.ts";
import type { References } from "../../compiler/resolve/resolve-names.ts";
import { Costs } from "./costs.ts";
import type { FolderEntry, RunDivergence, ServiceHost, TableColumn } from "./service-host.ts";
import { type TextEdit, editedText } from "./text-edit.ts";

/** A file as a feature sees it: its text, its tree, and what a compilation that begins with it knows. */
export interface Analysis {
  readonly path: string;
  readonly text: string;
  readonly tree: SpecificationFile;
  readonly compilation: Compilation;
  /** Defined because an analysis reaches at least the level `names`. */
  readonly references: References;
}

interface KeptCompilation {
  readonly level: Level;
  readonly compilation: Compilation;
  /** Every text that the compilation asked for; `undefined` for a file that was not there. */
  readonly read: ReadonlyMap<string, string | undefined>;
}

/** The columns of a table, `undefined` while it is read. */
interface Columns {
  columns: readonly TableColumn[] | undefined;
}

/**
 * The files of a workspace as an editor has them: open documents first, then files on disk. Compilations are kept for as long as every
 * text that they read is what it was, so that an answer never depends on what was asked or edited before.
 */
export class Workspace {
  readonly costs = new Costs(this);
  readonly #host: ServiceHost;
  readonly #open = new Map<string, string>();
  /** Texts of files that are not open, until `refresh`. */
  readonly #onDisk = new Map<string, string | undefined>();
  readonly #parsed = new Map<string, { readonly text: string; readonly result: ParseResult }>();
  readonly #kept = new Map<string, KeptCompilation>();
  /** The last compilation of each entry that knew shapes. */
  readonly #withShapes = new Map<string, Compilation>();
  readonly #columns = new Map<string, Columns>();
  #reading: Promise<unknown> | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Opens a document, or gives an open one a new text. */
  set(path: string, text: string): void {
    this.#open.set(path, text);
  }

  /** Forgets the text of a document, so that the file on disk counts again. */
  close(path: string): void {
    this.#open.delete(path);
    this.#onDisk.delete(path);
    this.costs.closed(path);
  }

  /** Something happened to a file or a folder on disk: it was written, made, moved or deleted. */
  refresh(path: string): void {
    this.#host.refresh?.();
    this.#columns.clear();
    for (const known of this.#onDisk.keys())
      if (known === path || (known.startsWith(path) && /^[/\\]/u.test(known.slice(path.length))))
        this.#onDisk.delete(known);
  }

  /** The workspace as it would be after edits. What either of them does later is not seen by the other. */
  edited(edits: readonly TextEdit[]): Workspace {
    const edited = new Workspace(this.#host);
    for (const [path, text] of this.#open) edited.#open.set(path, text);
    for (const [path, text] of this.#onDisk) edited.#onDisk.set(path, text);
    for (const [path, parsed] of this.#parsed) edited.#parsed.set(path, parsed);
    for (const [path, kept] of this.#kept) edited.#kept.set(path, kept);
    for (const file of new Set(edits.map(({ at }) => at.file))) {
      const own = edits.filter(({ at }) => at.file === file);
      edited.set(file, editedText(this.textOf(file) ?? "", own));
    }
    return edited;
  }

  get opened(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** All specifications, those that are only open among them, in order. */
  get specifications(): readonly string[] {
    return [...new Set([...this.#host.specifications(), ...this.#open.keys()])].toSorted();
  }

  textOf(path: string): string | undefined {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    if (isPrelude(path)) return prelude.get(path);
    if (!this.#onDisk.has(path)) this.#onDisk.set(path, this.#host.readFile(path));
    return this.#onDisk.get(path);
  }

  explanationOf(code: string): string | undefined {
    return this.#host.explanationOf?.(code);
  }

  divergenceOf(specification: string, model: string): RunDivergence | undefined {
    return this.#host.divergenceOf?.(specification, model);
  }

  resolve(from: string, path: string): string {
    return this.#host.resolve(from, path);
  }

  /** The tree of a file and its syntax errors, without a compilation; `undefined` if there is no such file. */
  parsed(path: string): ParseResult | undefined {
    const text = this.textOf(path);
    return text === undefined ? undefined : this.#parse(text, path);
  }

  /** The names of the weights in each run, and in each of the files, that a specification can read. */
  trainedWeights(entry: string, sources: readonly string[]): readonly (readonly string[])[] {
    return this.#host.trainedWeights?.(entry, sources) ?? [];
  }

  /** True for a file or a folder that is there, in the editor or on disk. */
  exists(path: string): boolean {
    return this.#open.has(path) || this.#host.exists(path);
  }

  /** The analysis of a file as the entry, compiled at least up to a level; `undefined` if there is no such file. */
  analyse(path: string, until: Exclude<Level, "syntax"> = "names"): Analysis | undefined {
    const text = this.textOf(path);
    if (text === undefined) return undefined;
    const compilation = this.compile(path, until);
    const { references } = compilation;
    const tree = compilation.files.get(path)?.tree ?? this.#parse(text, path).tree;
    return references && { path, text, tree, compilation, references };
  }

  /** A compilation at least up to a level: one that went further is as good. */
  compile(entry: string, until: Level): Compilation {
    return atOnce(this.compileInSteps(entry, until));
  }

  /** The same in steps, between which an editor can answer. It must be abandoned when a text changes. */
  *compileInSteps(entry: string, until: Level): Generator<undefined, Compilation> {
    const kept = this.#kept.get(entry);
    if (kept && this.#isCurrent(kept) && reaches(kept.level, until)) return kept.compilation;
    const read = new Map<string, string | undefined>();
    const compilation = yield* compileInSteps({
      entry,
      until,
      ...(this.#host.set ? { set: this.#host.set } : {}),
      ...(kept ? { previous: kept.compilation } : {}),
      host: {
        resolve: (from, path) => this.#host.resolve(from, path),
        limits: () => this.#host.limits?.() ?? "",
        parse: (text, file) => this.#parse(text, file),
        readFile: (path) => {
          const text = this.textOf(path);
          read.set(path, text);
          return text;
        },
      },
    });
    const made: KeptCompilation = { level: until, compilation, read };
    if (!this.#isCurrent(made)) return compilation;
    this.#kept.set(entry, made);
    if (reaches(until, "shapes")) this.#withShapes.set(entry, compilation);
    return compilation;
  }

  /**
   * The last compilations of a file that knew its shapes, without compiling anything. They may be of earlier texts, which they have.
   */
  withShapes(path: string): readonly Compilation[] {
    return [...this.#withShapes.values()].filter(({ files }) => files.has(path));
  }

  /** The columns of a table. They are `undefined` until the host has read them, which `reading` waits for, and where it reads no tables. */
  columnsOf(path: string): readonly TableColumn[] | undefined {
    const known = this.#columns.get(path);
    if (known || !this.#host.columnsOf) return known?.columns;
    const columns: Columns = { columns: undefined };
    this.#columns.set(path, columns);
    const read = this.#host.columnsOf(path).then((found) => (columns.columns = found));
    const reading = Promise.all([this.#reading, read]).finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return undefined;
  }

  /** Settles when the host has read the tables that were asked for; `undefined` if it has read them all. */
  get reading(): Promise<unknown> | undefined {
    return this.#reading;
  }

  /** The files and folders in a folder; empty where the host has none. */
  entriesIn(folder: string): readonly FolderEntry[] {
    return this.#host.entriesIn?.(folder) ?? [];
  }

  /** The specifications whose compilation reads a file: the file itself first, then those that import it, directly or not. */
  entriesOf(path: string): readonly string[] {
    const others = this.specifications.filter((entry) => entry !== path && this.filesOf(entry).has(path));
    return [path, ...others];
  }

  /** A specification and all files that it imports, directly or not. */
  filesOf(entry: string): ReadonlyMap<string, LoadedFile> {
    return this.compile(entry, "syntax").files;
  }

  #isCurrent({ read }: KeptCompilation): boolean {
    return [...read].every(([path, text]) => this.textOf(path) === text);
  }

  /** The tree of a text in a compilation that is kept: its notes and definitions are those of its nodes, so that a text has one tree only. */
  #keptTree(path: string, text: string): ParseResult | undefined {
    for (const { compilation } of this.#kept.values()) {
      const file = compilation.files.get(path);
      if (file?.text === text) return file;
    }
    return undefined;
  }

  #parse(text: string, path: string): ParseResult {
    const known = this.#parsed.get(path);
    if (known?.text === text) return known.result;
    const result = this.#keptTree(path, text) ?? parse(text, path);
    this.#parsed.set(path, { text, result });
    return result;
  }
}
