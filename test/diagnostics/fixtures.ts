import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLineTable } from "../../compiler/diagnostics/line-table.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { type Compilation, type SetParams, compileProgram } from "../../compiler/program.ts";

const folder = join(fileURLToPath(new URL(".", import.meta.url)), "fixtures");

/** A specification with mistakes: one file, or a folder whose entry is `main.mtl`. */
export interface Fixture {
  /** The diagnostic that it is about, or another name where it is about several. */
  readonly name: string;
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
  /** Values of params, from lines such as `// set: width=64`. */
  readonly set: SetParams;
  /** Limits of the compiler, from a line such as `// limits: work=10k`. */
  readonly limits: string;
}

export const fixtures: readonly Fixture[] = readdirSync(folder, { withFileTypes: true })
  .toSorted((a, b) => a.name.localeCompare(b.name))
  .map((item) => {
    const names = item.isDirectory()
      ? readdirSync(join(folder, item.name)).map((name) => `${item.name}/${name}`)
      : [item.name];
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
    const entry = item.isDirectory() ? `${item.name}/main.mtl` : item.name;
    const set = Object.fromEntries(
      [...(files[entry] ?? "").matchAll(/^\/\/ set: ([\w.]+)=(.*)$/gmu)].map(
        ([, name = "", value = ""]): [string, string] => [name, value],
      ),
    );
    const limits = /^\/\/ limits: (.*)$/mu.exec(files[entry] ?? "")?.[1] ?? "";
    return { name: item.name.replace(/\.mtl$/u, ""), entry, files, set, limits };
  });

export function compileFixture({ entry, files, set, limits }: Fixture): Compilation {
  return compileProgram({ entry, host: { ...createMemoryHost(files), limits: () => limits }, set });
}

/** `birds.mtl:3:12-18 unknown_name`: what a fixture marks, and what a diagnostic is, in one form. */
export type Mark = string;

/**
 * The marks of a fixture: `//   ^^^^ name` below a line, under the text of the diagnostic, which may continue on the
 * next lines; or `// at FILE:LINE:COLUMN name` if there is no room for that.
 */
export function marksOf({ files }: Fixture): readonly Mark[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index): readonly Mark[] => {
      const place = /^\/\/ at (.+) (\w+)$/u.exec(line);
      if (place) return [`${place[1] ?? ""} ${place[2] ?? ""}`];
      const [, before, carets, name] = /^(\/\/ *)(\^+) (\w+)$/u.exec(line) ?? [];
      if (before === undefined || carets === undefined) return [];
      const marked = lines.findLastIndex((candidate, at) => at < index && !candidate.startsWith("//"));
      return [`${file}:${marked + 1}:${before.length + 1}-${before.length + carets.length} ${name}`];
    });
  });
}

export function markOf({ at, name }: Diagnostic, sources: ReadonlyMap<string, string>): Mark {
  const lines = createLineTable(sources.get(at.file) ?? "");
  const [start, end] = [lines.positionAt(at.start), lines.positionAt(at.end)];
  const last = end.line > start.line ? lines.lineText(start.line).length : Math.max(end.column - 1, start.column);
  const place = `${at.file}:${start.line}:${start.column}`;
  return at.file.startsWith("--") || at.file === "MTL_LIMITS" || at.end === at.start
    ? `${place} ${name}`
    : `${place}-${last} ${name}`;
}
