import type { BlockDeclaration, Span, Statement } from "../../grammar/ast.ts";
import { visit } from "../../grammar/children.ts";
import type { LoadedFile } from "../bind/load.ts";
import type { Reporter } from "../diagnostics/reporter.ts";

/** Checks all blocks of the files, because elaboration only finds errors in those that a task uses. */
export function checkBlocks(files: ReadonlyMap<string, LoadedFile>, reporter: Reporter): void {
  for (const { tree } of files.values())
    for (const declaration of tree.declarations)
      if (declaration.kind === "Block") {
        checkParameters(declaration, reporter);
        for (const body of bodiesOf(declaration)) checkWeightNames(body, reporter);
        if (!declaration.body.some((statement) => statement.kind === "Return"))
          reporter.report("no_result", declaration.name.span, { name: `The block "${declaration.name.name}"` });
      }
}

const bodies = new WeakMap<BlockDeclaration, readonly (readonly Statement[])[]>();

/** The body of a block and those of the `repeat`s in it. An editor asks for those of most blocks again after each edit. */
function bodiesOf(block: BlockDeclaration): readonly (readonly Statement[])[] {
  const known = bodies.get(block);
  if (known) return known;
  const found: (readonly Statement[])[] = [];
  visit(block, (node) => {
    if (node.kind === "Block" || node.kind === "Repeat") found.push(node.body);
  });
  bodies.set(block, found);
  return found;
}

function checkParameters({ parameters }: BlockDeclaration, reporter: Reporter): void {
  for (const parameter of parameters) {
    const first = parameters.find((other) => other.name.name === parameter.name.name);
    if (first && first !== parameter)
      reporter.report(
        "duplicate_declaration",
        parameter.name.span,
        { name: parameter.name.name },
        { related: [{ at: first.name.span, message: "first declared here" }] },
      );
  }
}

/** Checks that a body does not declare the name of a weight twice. */
function checkWeightNames(statements: readonly Statement[], reporter: Reporter): void {
  const weights = new Map<string, Span>();
  for (const statement of statements) {
    if (statement.kind !== "LayerStatement" && statement.kind !== "Weight" && statement.kind !== "State") continue;
    const { name, span } = statement.name;
    const first = weights.get(name);
    if (first)
      reporter.report(
        "weight_name_taken",
        span,
        { weight: name },
        { related: [{ at: first, message: "first declared here" }] },
      );
    else weights.set(name, span);
  }
}
