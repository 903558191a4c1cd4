import { shellWord } from "../runtime/shell-words.ts";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type CompiledSpecification, type SetParams, ownSources } from "../runtime/compile.ts";
import { portableRelative } from "../runtime/host/portable-path.ts";
import { UserError } from "../runtime/user-error.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { RenderInput } from "../compiler/diagnostics/render/input.ts";
import { renderText } from "../compiler/diagnostics/render/text.ts";
import { createNodeHost } from "../runtime/files/node-host.ts";
import { isPrelude } from "../compiler/prelude/prelude.ts";
import type { Semantics } from "../compiler/semantics.ts";
import { type Compilation, compileProgram, type Program } from "../compiler/program.ts";
import { given } from "./options.ts";
import type { Session } from "./verb.ts";

export interface CompileSettings {
  readonly cwd: string;
  readonly set?: readonly string[];
  /** Semantics of a run; by default those of this version. */
  readonly semantics?: Semantics;
}

/** Compiles a file. Throws a `UserError` only if the file does not exist or `--set` is malformed. */
export function compileFile(
  file: string,
  { cwd, set = [], semantics }: CompileSettings,
): Compilation & { readonly entry: string } {
  const host = createNodeHost();
  const entry = resolve(cwd, file);
  refuseOtherThings(file, entry);
  if (host.readFile(entry) === undefined)
    throw new UserError("usage", `The file "${file}" cannot be read.`, similarFile(file, entry));
  return {
    entry,
    ...compileProgram({
      entry,
      host,
      set: parseSettings(set),
      ...given("semantics", semantics),
      clock: () => performance.now(),
    }),
  };
}

/** The compiled specification for the runtime, with all other results of the compiler. */
export interface CompiledFile extends CompiledSpecification {
  readonly program: Program;
}

/** Compiles a program for verbs that need one: problems are shown on stderr, and errors end the command. */
export function requireProgram(
  file: string,
  { set, session }: { readonly set?: readonly string[]; readonly session: Session },
): CompiledFile {
  const compilation = compileFile(file, { cwd: session.io.cwd, ...given("set", set) });
  const { diagnostics, verdict, program, entry, sources } = compilation;
  const quiet = session.display.quiet === true && verdict === "ok";
  if (diagnostics.length > 0 && !quiet)
    session.io.stderr.write(renderText(renderInput(compilation, session.io.cwd), session.paint.stderr));
  if (program === undefined || verdict !== "ok")
    throw new UserError("specification", `"${file}" has errors.`, "`mtl explain CODE` says more about each.");
  return { program, entry, set: parseSettings(set ?? []), sources: ownSources(sources) };
}

/** Paths are shown relative to the working directory. */
export function renderInput({ diagnostics, sources }: Compilation, cwd: string): RenderInput {
  return {
    diagnostics,
    sources,
    displayPath: (file) => {
      const path = portableRelative(cwd, file);
      return sources.has(file) && !isPrelude(file) && !path.startsWith("../..") ? path : file;
    },
  };
}

/** Parses the values of `--set`, such as `width=256` and `fit.batch=32`. */
export function parseSettings(settings: readonly string[]): SetParams {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^([A-Za-z_]\w*(?:\.\w+)*)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || value === undefined)
        throw new UserError(
          "usage",
          `"--set ${setting}" sets neither a param nor an option.`,
          "Write --set NAME=VALUE, or --set STAGE.OPTION=VALUE.",
        );
      return [name, value];
    }),
  );
}

/** Refuses paths that users may pass by mistake instead of a specification: a run, a folder, a data file. */
function refuseOtherThings(file: string, entry: string): void {
  if (existsSync(join(entry, "run.lock.json"))) {
    throw new UserError(
      "usage",
      `"${file}" is a run, not a specification.`,
      `Name the .mtl file that it was made from; to continue the run: mtl train --resume ${shellWord(file)}`,
    );
  }
  if (statSync(entry, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError("usage", `"${file}" is a folder, not a specification.`, describeFolder(entry));
  if (!file.endsWith(".mtl") && existsSync(entry))
    throw new UserError(
      "usage",
      `"${file}" is not a specification: its name does not end in .mtl.`,
      similarFile(file, entry),
    );
}

function describeFolder(folder: string): string {
  const names = readdirSync(folder);
  const listed = (found: readonly string[]): string =>
    found
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(", ");
  const [files, runs] = [
    names.filter((name) => name.endsWith(".mtl")),
    names.filter((name) => existsSync(join(folder, name, "run.lock.json"))),
  ];
  if (files.length > 0) return `It contains ${listed(files)}.`;
  return runs.length > 0 ? `It contains runs: ${listed(runs)}.` : "Name an .mtl file; `mtl init` writes a first one.";
}

function similarFile(file: string, entry: string): string {
  let names: readonly string[] = [];
  try {
    names = readdirSync(dirname(entry)).filter((name) => name.endsWith(".mtl"));
  } catch {
    return "The folder does not exist.";
  }
  const similar = nearestName(basename(file), names);
  if (similar !== undefined) return `Did you mean "${similar}"?`;
  return names.length === 0
    ? "`mtl init` writes a first specification."
    : `The specifications there are ${names.map((name) => `"${name}"`).join(", ")}.`;
}
