import { readdirSync, readFileSync } from "node:fs";
import type { Expression, Node } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { parse } from "../../grammar/parse.ts";

const folder = new URL("./fixtures/", import.meta.url);

/** Every fixture: the specifications of the language's design. */
export const fixtures: readonly { readonly file: string; readonly text: string }[] = readdirSync(folder)
  .filter((file) => file.endsWith(".mtl"))
  .map((file) => ({ file, text: readFileSync(new URL(file, folder), "utf8") }));

export function fixture(file: string): string {
  return readFileSync(new URL(file, folder), "utf8");
}

/** An expression with every structure in parentheses. */
export function structureOf(text: string): string {
  const [declaration] = parseCleanly(`stream s = ${text}`).declarations;
  if (declaration?.kind !== "Stream") throw new Error(`no stream in ${text}`);
  return written(declaration.value);
}

export function parseCleanly(text: string) {
  const { tree, problems } = parse(text, "test.mtl");
  if (problems.length > 0) throw new Error(`${JSON.stringify(problems)} in ${text}`);
  return tree;
}

function written(node: Expression): string {
  const write = forms[node.kind] as ((node: Expression) => string) | undefined;
  if (!write) throw new Error(`${node.kind} has no short form`);
  return write(node);
}

const forms: {
  readonly [Kind in Expression["kind"]]?: (node: Extract<Expression, { readonly kind: Kind }>) => string;
} = {
  Name: ({ name }) => name,
  Number: ({ value, unit }) => `${value}${unit ?? ""}`,
  Binary: ({ left, operator, right }) => `(${written(left)} ${operator} ${written(right)})`,
  Unary: ({ operator, operand }) => `(${operator} ${written(operand)})`,
  Pipe: ({ left, right }) => `(${written(left)} -> ${written(right)})`,
  Range: ({ from, to }) => `(${written(from)} .. ${written(to)})`,
  Except: ({ base, exceptions }) => `(${written(base)} except ${written(exceptions)})`,
  Optional: ({ operand }) => `(optional ${written(operand)})`,
  If: ({ condition, consequence, alternative }) =>
    `(if ${written(condition)} then ${written(consequence)} else ${written(alternative)})`,
  Member: ({ object, member }) => `${written(object)}.${member.name}`,
  Call: ({ callee, arguments: given }) => `${written(callee)}(${given.map(({ value }) => written(value)).join(", ")})`,
  List: ({ items }) => `[${items.map(written).join(", ")}]`,
  Tuple: ({ items }) => `(${items.map(written).join(", ")})`,
  String: ({ value }) => JSON.stringify(value),
  Boolean: ({ value }) => JSON.stringify(value),
  None: () => "none",
};

/** A tree as indented text without spans: the kind of each node, and the values of its leaves. */
export function outline(node: Node, depth = 0): string {
  const facts = Object.entries(node)
    .filter(([key, value]) => key !== "kind" && key !== "file" && (typeof value !== "object" || value === null))
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const line = `${"  ".repeat(depth)}${node.kind}${facts.join("")}`;
  return [line, ...childrenOf(node).map((child) => outline(child, depth + 1))].join("\n");
}
