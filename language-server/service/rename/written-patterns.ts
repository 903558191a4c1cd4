import type { Expression, Node, SpecificationFile, StringExpression } from "../../../grammar/ast.ts";
import { childrenOf } from "../../../grammar/children.ts";
import type { References } from "../../../compiler/resolve/resolve-names.ts";
import { schema } from "../../../compiler/schema/schema.ts";
import type { OptionTable } from "../../../compiler/schema/types.ts";

/** The strings of a file that name weights by a pattern, such as `freeze: ["read.**"]`. */
export function writtenPatterns(tree: SpecificationFile, references: References): readonly StringExpression[] {
  const found: StringExpression[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...childrenOf(node));
    if (node.kind === "Renamed") found.push(node.to);
    if (node.kind === "Adapt") found.push(node.weights);
    if (node.kind !== "Entry" && node.kind !== "Argument") continue;
    const purpose = references.purposeOf(node.value);
    if (purpose?.kind === "option" && namesWeights(purpose.of, purpose.name)) found.push(...stringsIn(node.value));
  }
  return found;
}

function namesWeights(of: string, name: string): boolean {
  // The keys of `rename` are names in the source; its values are those of this specification.
  if (name === "rename") return true;
  const [owner = "", member] = of.split(".");
  const declared: { readonly [owner: string]: OptionTable } = schema.declarations;
  const families: { readonly [family: string]: { readonly [member: string]: { readonly options: OptionTable } } } =
    schema.families;
  const options = member === undefined ? declared[owner] : families[owner]?.[member]?.options;
  // `transpose` has names in the source.
  return options?.[name]?.type.kind === "pattern" && name !== "transpose";
}

function stringsIn(value: Expression): readonly StringExpression[] {
  switch (value.kind) {
    case "String":
      return [value];
    case "List":
      return value.items.flatMap(stringsIn);
    case "Except":
      return [...stringsIn(value.base), ...stringsIn(value.exceptions)];
    case "Map":
      return value.entries.flatMap((entry) => stringsIn(entry.value));
    default:
      return [];
  }
}
