import { isAbsolute, resolve } from "./host/paths.ts";
import { type Paths, commonFolder, portableRelative } from "./host/portable-path.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { renderText } from "../compiler/diagnostics/render/text.ts";
import type { Host } from "../compiler/host.ts";
import { createNodeHost } from "./files/node-host.ts";
import {
  type Compilation,
  type Program as CheckedProgram,
  type SetParams,
  compileProgram,
} from "../compiler/program.ts";
import type { Semantics } from "../compiler/semantics.ts";
import type { Program } from "./train/program.ts";
import { UserError } from "./user-error.ts";

/** A specification without errors, with the text that it was compiled from. */
export interface CompiledSpecification {
  readonly program: Program;
  /** Path of the `.mtl` file; data paths are relative to its folder. */
  readonly entry: string;
  readonly set: SetParams;
  /** Its own files by path, without the prelude's. */
  readonly sources: ReadonlyMap<string, string>;
}

/** A specification compiled from its file, with all results of the compiler. */
export interface CompiledFile extends CompiledSpecification {
  readonly program: CheckedProgram;
}

export type { SetParams };

/** The specification has errors. The message contains all of them as text; `diagnostics` has them as data. */
export class SpecificationError extends UserError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(entry: string, { diagnostics, sources }: Pick<Compilation, "diagnostics" | "sources">) {
    super(
      "specification",
      `"${entry}" has errors.\n\n${renderText({ diagnostics, sources, displayPath: (file) => file })}`,
      "`mtl explain CODE` says more about each.",
    );
    this.diagnostics = diagnostics;
  }
}

/**
 * Compiles a specification from its file on disk.
 *
 * @param path - The path of the `.mtl` file.
 * @param set - Values of params.
 * @param semantics - The rules by which the specification is read: today's by default, or those of a trained model.
 * @throws SpecificationError with the diagnostics if the specification has errors.
 * @throws UserError of kind `usage` if the file cannot be read.
 */
export function compileFile(path: string, set: SetParams = {}, semantics?: Semantics): CompiledFile {
  return compileSources({ entry: resolve(path), shown: path, host: createNodeHost(), set, semantics });
}

/** The compiled specification that an option names: as it is, or compiled from its path with these params. */
export function compiledFrom<Compiled extends CompiledSpecification>(
  specification: string | Compiled,
  set: SetParams | undefined,
): Compiled | CompiledFile {
  return typeof specification === "string" ? compileFile(specification, set) : specification;
}

export interface SourcesToCompile {
  readonly entry: string;
  /** The name of the specification in messages. */
  readonly shown?: string;
  readonly host: Host;
  readonly set: SetParams;
  readonly semantics: Semantics | undefined;
}

/** Compiles as `compileFile` does, from the files of `host`. */
export function compileSources({ entry, shown: path = entry, host, set, semantics }: SourcesToCompile): CompiledFile {
  if (host.readFile(entry) === undefined)
    throw new UserError("usage", `The file "${path}" cannot be read.`, "Check that it exists.");
  const compilation = compileProgram({
    entry,
    host,
    set,
    ...(semantics === undefined ? {} : { semantics }),
  });
  const { program, verdict } = compilation;
  if (!program || verdict !== "ok") throw new SpecificationError(path, compilation);
  return { program, entry, set, sources: ownSources(compilation.sources) };
}

/** The specification's own files, without the prelude's and the texts of `--set`, which are not on disk. */
export function ownSources(sources: Compilation["sources"]): CompiledSpecification["sources"] {
  return new Map([...sources].filter(([file]) => isAbsolute(file)));
}

/** Files of a specification as a run folder keeps them, by relative path with `/`. */
export interface SourceLayout {
  readonly entry: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Chooses the paths of a specification's files in a run folder: a single file is `spec.mtl`; several keep their
 * relative paths below `spec/`, so that imports find them.
 */
export function layOutSources(
  { entry, sources }: Pick<CompiledSpecification, "entry" | "sources">,
  paths?: Paths,
): SourceLayout {
  const text = sources.get(entry);
  if (text === undefined) throw new Error(`the sources lack ${entry}`);
  if (sources.size === 1) return { entry: "spec.mtl", files: new Map([["spec.mtl", text]]) };
  const root = commonFolder([...sources.keys()], paths);
  if (root === undefined)
    throw new UserError(
      "specification",
      `The files of the specification are on different drives: ${[...sources.keys()].join(", ")}.`,
      "Put the files that it imports on the drive of the specification, so that a run can keep them together.",
    );
  const place = (path: string) => `spec/${portableRelative(root, path, paths)}`;
  return { entry: place(entry), files: new Map([...sources].map(([path, each]) => [place(path), each])) };
}
