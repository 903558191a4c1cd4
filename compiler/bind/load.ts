import type { ImportDeclaration, SpecificationFile } from "../../grammar/ast.ts";
import { type SyntaxProblem, parse as parseAnew } from "../../grammar/parse.ts";
import { reportSyntax } from "./report-syntax.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { Host } from "../host.ts";

export interface LoadedFile {
  readonly path: string;
  readonly text: string;
  readonly tree: SpecificationFile;
  readonly problems: readonly SyntaxProblem[];
  /** The file of each import; absent if it cannot be read. */
  readonly imports: ReadonlyMap<ImportDeclaration, string>;
}

export type LoadedFiles = ReadonlyMap<string, LoadedFile>;

/**
 * Parses the entry and everything that it imports, each file once, into `files`. Reports syntax errors, missing files
 * and cycles. A file whose text is unchanged since a `previous` compilation keeps its tree, node by node.
 */
export function load(
  entry: string,
  host: Host,
  reporter: Reporter,
  { files, previous }: { readonly files: Map<string, LoadedFile>; readonly previous: LoadedFiles },
): void {
  const { parse = parseAnew } = host;
  // Files that are being read, each imported by the one before: a list of our own, since imports may be longer in a row
  // than calls can be.
  const open: OpenFile[] = [];
  const begin = (path: string, text: string): void => {
    const known = previous.get(path);
    const { tree, problems } = known?.text === text ? known : parse(text, path);
    const imports = new Map<ImportDeclaration, string>();
    files.set(path, { path, text, tree, problems, imports });
    for (const problem of problems) reportSyntax(problem, reporter);
    open.push({
      path,
      imports,
      left: tree.declarations.filter((declaration) => declaration.kind === "Import").values(),
    });
  };
  begin(entry, host.readFile(entry) ?? "");
  for (let file = open.at(-1); file !== undefined; file = open.at(-1)) {
    const { value: declaration } = file.left.next();
    if (declaration === undefined) {
      open.pop();
      continue;
    }
    const target = host.resolve(file.path, declaration.from.value);
    const known = files.has(target);
    const at = known ? open.findIndex(({ path }) => path === target) : -1;
    if (at >= 0) {
      reporter.report("import_cycle", declaration.from.span, {
        cycle: withoutCommonFolder([...open.slice(at).map(({ path }) => path), target]).join(" → "),
      });
      continue;
    }
    const text = known ? "" : host.readFile(target);
    if (text === undefined) {
      reporter.report("import_not_found", declaration.from.span, { path: declaration.from.value });
      continue;
    }
    file.imports.set(declaration, target);
    if (!known) begin(target, text);
  }
}

interface OpenFile {
  readonly path: string;
  readonly imports: Map<ImportDeclaration, string>;
  /** Imports that have not been followed yet. */
  readonly left: Iterator<ImportDeclaration, undefined>;
}

/** Paths relative to the innermost folder that contains them all. */
function withoutCommonFolder(paths: readonly string[]): readonly string[] {
  const [first = "", ...rest] = paths;
  const folders = first.split(/(?<=[/\\])/u).slice(0, -1);
  const common = folders.findIndex(
    (_, index) => !rest.every((path) => path.startsWith(folders.slice(0, index + 1).join(""))),
  );
  const prefix = folders.slice(0, common < 0 ? folders.length : common).join("");
  return paths.map((path) => path.slice(prefix.length));
}
