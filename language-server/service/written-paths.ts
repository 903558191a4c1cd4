import type { Expression, Node, SpecificationFile, StringExpression } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { References } from "../../compiler/resolve/resolve-names.ts";

/** A string of a specification that names a file or a folder. */
export interface WrittenPath {
  readonly node: StringExpression;
  /** `import`: another specification; `data`: a table, a folder or a vocabulary; `weights`: a run, a trained model or a file of weights. */
  readonly kind: "import" | "data" | "weights";
}

/** The options whose value is a path. */
function kindOfOption(of: string, name: string): WrittenPath["kind"] | undefined {
  if (of === "dataset" && name === "path") return "data";
  if (of.startsWith("tokenizer.") && name === "file") return "data";
  if (of === "augmentation.code_switch" && name === "dictionary") return "data";
  return name === "path" && /^(?:start|weight_source|teacher)\.from$/u.test(of) ? "weights" : undefined;
}

/** Every path in a file, in the order of the text. */
export function writtenPaths(tree: SpecificationFile, references: References): readonly WrittenPath[] {
  const found: WrittenPath[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...childrenOf(node));
    if (node.kind === "Import") found.push({ node: node.from, kind: "import" });
    if (node.kind !== "Entry" && node.kind !== "Argument") continue;
    const purpose = references.purposeOf(node.value);
    const kind = purpose?.kind === "option" ? kindOfOption(purpose.of, purpose.name) : undefined;
    if (kind) found.push(...stringsIn(node.value).map((each) => ({ node: each, kind })));
  }
  return found.toSorted((one, other) => one.node.span.start - other.node.span.start);
}

/** One path for all splits, or one for each of them. */
function stringsIn(value: Expression): readonly StringExpression[] {
  if (value.kind === "String") return [value];
  return value.kind === "Map" ? value.entries.flatMap((entry) => stringsIn(entry.value)) : [];
}
