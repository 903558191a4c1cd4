import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { format } from "prettier";
import * as babel from "prettier/plugins/babel";

/**
 * The public surface of one entry of the package: every exported name with its declaration, and the types that it uses
 * without exporting them.
 */
export interface ApiReport {
  /** Declarations by exported name, as TypeScript emits them, without comments. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Exported functions that have no doc comment. */
  readonly undocumented: readonly string[];
  /** Types that the declarations refer to and the entry does not export, as `Name (file)`. */
  readonly unexported: readonly string[];
}

/** Reads the surface of an entry from emitted `.d.ts` files. */
export function readApi(folder: string, entry: string): ApiReport {
  const modules = new Modules(folder);
  const exported = modules.exportsOf(join(folder, entry));
  const named = new Set([...exported.values()].map(keyOf));
  const unexported = new Set<string>();
  for (const { file, declaration } of exported.values())
    for (const name of typeNamesIn(declaration)) {
      const found = modules.find(file, name);
      if (found && !named.has(keyOf(found)))
        unexported.add(`${found.name} (${relative(folder, found.file).replace(/\.d\.ts$/u, ".ts")})`);
    }
  const inOrder = [...exported].toSorted(([left], [right]) => left.localeCompare(right, "en"));
  return {
    declarations: new Map(inOrder.map(([name, found]) => [name, modules.textOf(found, name)])),
    undocumented: inOrder.flatMap(([name, found]) =>
      found.declaration.type.endsWith("Function") && !modules.isDocumented(found) ? [name] : [],
    ),
    unexported: [...unexported].sort(),
  };
}

/** The report as a page. */
export async function renderApi(specifier: string, { declarations, unexported }: ApiReport): Promise<string> {
  const text = await format([...declarations.values()].join("\n\n"), { parser: "typescript", printWidth: 120 });
  return `# The API of \`${specifier}\`

Generated from the types of the package; \`UPDATE=1 npx vitest run test/docs/api-report.test.ts\` writes it. A change of this page is a change of the API.

\`\`\`ts
${text}\`\`\`

## Types without a name of their own here

Declarations above refer to these types, which the entry does not export.

${unexported.map((name) => `- \`${name}\``).join("\n")}
`;
}

interface Found {
  readonly file: string;
  readonly name: string;
  readonly declaration: Node;
}

interface Module {
  readonly source: string;
  readonly declarations: ReadonlyMap<string, Node>;
  /** Names that come from other modules: by imports, and by exports of another module's names. */
  readonly foreign: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  /** The names that the module exports, with their names within it. */
  readonly exported: ReadonlyMap<string, string>;
  readonly comments: readonly Node[];
}

class Modules {
  readonly #folder: string;
  readonly #read = new Map<string, Module>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  exportsOf(file: string): ReadonlyMap<string, Found> {
    return new Map(
      [...this.#module(file).exported].map(([name, local]) => {
        const found = this.find(file, local);
        if (!found) throw new Error(`${relative(this.#folder, file)} exports ${name}, which is declared nowhere`);
        return [name, found];
      }),
    );
  }

  /** The declaration that a name in a module means; `undefined` for names of TypeScript and of other packages. */
  find(file: string, name: string): Found | undefined {
    const { declarations, foreign } = this.#module(file);
    const declaration = declarations.get(name);
    if (declaration) return { file, name, declaration };
    const source = foreign.get(name);
    return source && this.find(source.from, source.name);
  }

  /** The declaration without comments, under the name that it is exported by. */
  textOf({ file, name, declaration }: Found, exported: string): string {
    const { source, comments } = this.#module(file);
    const text = comments
      .filter(({ start, end }) => start > declaration.start && end < declaration.end)
      .reduceRight(
        (left, { start, end }) => left.slice(0, start - declaration.start) + left.slice(end - declaration.start),
        source.slice(declaration.start, declaration.end),
      )
      .replaceAll(/^\s*\n/gmu, "")
      .replace(/^declare /u, "");
    return name === exported ? text : text.replace(new RegExp(`\\b${name}\\b`, "u"), exported);
  }

  /** True if a comment is right before the declaration. */
  isDocumented({ file, declaration }: Found): boolean {
    const { source, comments } = this.#module(file);
    return comments.some(
      ({ end }) => end <= declaration.start && /^\s*(?:export |declare )*$/u.test(source.slice(end, declaration.start)),
    );
  }

  #module(file: string): Module {
    const known = this.#read.get(file) ?? readModule(file);
    this.#read.set(file, known);
    return known;
  }
}

function readModule(file: string): Module {
  const source = readFileSync(file, "utf8");
  const { program, comments } = parse(source);
  const declarations = new Map<string, Node>();
  const foreign = new Map<string, { readonly from: string; readonly name: string }>();
  const exported = new Map<string, string>();
  const fileOf = (specifier: string) => join(dirname(file), specifier.replace(/\.ts$/u, ".d.ts"));
  const declare = (node: Node): readonly string[] => {
    const names = namesOf(node);
    for (const name of names) declarations.set(name, node);
    return names;
  };
  const readExport = (node: Node, from: string | undefined): void => {
    const declaration = node["declaration"] as Node | null;
    if (declaration) for (const name of declare(declaration)) exported.set(name, name);
    for (const { local, exported: as } of specifiersOf(node)) {
      if (!local || !as) continue;
      const within = from === undefined ? local.name : `${from} ${local.name}`;
      if (from !== undefined) foreign.set(within, { from: fileOf(from), name: local.name });
      exported.set(as.name, within);
    }
  };
  for (const node of program.body) {
    const from = (node["source"] as { readonly value: string } | null | undefined)?.value;
    if (node.type === "ImportDeclaration") {
      if (!from?.startsWith(".")) continue;
      for (const { local, imported } of specifiersOf(node))
        if (local && imported) foreign.set(local.name, { from: fileOf(from), name: imported.name });
    } else if (node.type === "ExportNamedDeclaration") readExport(node, from);
    else if (node.type === "ExportAllDeclaration" && from !== undefined) {
      for (const [name, local] of readModule(fileOf(from)).exported) {
        foreign.set(`${from} ${local}`, { from: fileOf(from), name: local });
        exported.set(name, `${from} ${local}`);
      }
    } else declare(node);
  }
  return { source, declarations, foreign, exported, comments };
}

/** The names that an import or an export lists. */
function specifiersOf(node: Node) {
  return (node["specifiers"] ?? []) as readonly { readonly [side: string]: { readonly name: string } | undefined }[];
}

function namesOf(node: Node): readonly string[] {
  const id = node["id"] as { readonly name: string } | undefined;
  if (id) return [id.name];
  return ((node["declarations"] ?? []) as readonly { readonly id: { readonly name: string } }[]).map(
    (each) => each.id.name,
  );
}

/** The names of types that a declaration refers to. */
function typeNamesIn(declaration: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: unknown) => {
    if (isNode(node) && node.type === "Identifier") names.add(String(node["name"]));
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!isNode(node)) return;
    add(node["typeName"] ?? node["exprName"] ?? node["superClass"]);
    if (
      node.type.startsWith("TSExpression") ||
      node.type === "TSClassImplements" ||
      node.type === "TSInterfaceHeritage"
    )
      add(node["expression"]);
    for (const [key, child] of Object.entries(node)) if (key !== "loc" && !key.endsWith("Comments")) visit(child);
  };
  visit(declaration);
  return names;
}

function keyOf({ file, name }: Found): string {
  return `${file} ${name}`;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

function parse(source: string): {
  readonly program: { readonly body: readonly Node[] };
  readonly comments: readonly Node[];
} {
  const parser = babel.parsers["babel-ts"];
  return parser.parse(source, {} as Parameters<typeof parser.parse>[1]) as ReturnType<typeof parse>;
}
