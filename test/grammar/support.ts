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
  switch (node.kind) {
    case "Name":
      return node.name;
    case "Number":
      return `${node.value}${node.unit ?? ""}`;
    case "Binary":
      return `(${written(node.left)} ${node.operator} ${written(node.right)})`;
    case "Unary":
      return `(${node.operator} ${written(node.operand)})`;
    case "Pipe":
      return `(${written(node.left)} -> ${written(node.right)})`;
    case "Range":
      return `(${written(node.from)} .. ${written(node.to)})`;
    case "Except":
      return `(${written(node.base)} except ${written(node.exceptions)})`;
    case "Optional":
      return `(optional ${written(node.operand)})`;
    case "If":
      return `(if ${written(node.condition)} then ${written(node.consequence)} else ${written(node.alternative)})`;
    case "Member":
      return `${written(node.object)}.${node.member.name}`;
    case "Call":
      return `${written(node.callee)}(${node.arguments.map(({ value }) => written(value)).join(", ")})`;
    case "List":
      return `[${node.items.map(written).join(", ")}]`;
    case "Tuple":
      return `(${node.items.map(written).join(", ")})`;
    case "String":
    case "Boolean":
      return JSON.stringify(node.value);
    case "None":
      return "none";
    case "Map":
    case "Repeat":
    case "Error":
      break;
  }
  throw new Error(`${node.kind} has no short form`);
}

/** A tree as indented text without spans: the kind of each node, and the values of its leaves. */
export function outline(node: Node, depth = 0): string {
  const facts = Object.entries(node)
    .filter(([key, value]) => key !== "kind" && key !== "file" && (typeof value !== "object" || value === null))
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const line = `${"  ".repeat(depth)}${node.kind}${facts.join("")}`;
  return [line, ...childrenOf(node).map((child) => outline(child, depth + 1))].join("\n");
}
