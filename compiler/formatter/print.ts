import { builders, type builders as Builders, printer } from "prettier/doc";
import type { Declaration, Expression, Parameter, SpecificationFile, TypeExpression } from "../../grammar/ast.ts";
import { printSequence } from "./comments.ts";
import { declarationPrinters, printParameters } from "./declarations.ts";
import { printExpression } from "./expressions.ts";
import { createContext, type Layout, type PrintContext } from "./print-context.ts";
import { printType } from "./types.ts";

/** The layout unless the configuration of a project says otherwise. */
export const defaultLayout: Layout = { printWidth: 140, tabWidth: 2, useTabs: false };

export interface PrintOptions {
  /** The text that the tree was parsed from: numbers and blank lines are kept as written. */
  readonly source?: string;
  readonly layout?: Layout;
}

/**
 * Prints the canonical text of a specification. Parsing it gives the same tree, apart from spans. Comments stay at the
 * declaration, statement or entry that contains them, and what follows the comment `// prettier-ignore` is kept as it was written. Throws for a tree
 * with errors, which has no text.
 */
export function printSpecification(file: SpecificationFile, options: PrintOptions = {}): string {
  return layOut(specificationDoc(file, options), options.layout);
}

/** The same as a document of prettier, which lays it out for a width. */
export function specificationDoc(file: SpecificationFile, options: PrintOptions = {}): Builders.Doc {
  const context = createContext(file.comments, options.source, options.layout ?? defaultLayout);
  const body = printSequence(file.declarations, file.span.end, context, {
    print: (declaration) =>
      (declarationPrinters[declaration.kind] as (node: typeof declaration, context: PrintContext) => Builders.Doc)(
        declaration,
        context,
      ),
    between: (a, b) =>
      hasBody(a) || hasBody(b) || (options.source === undefined && a.kind !== b.kind) ? "blank" : "as_written",
  });
  return [body, file.declarations.length + file.comments.length === 0 ? "" : builders.hardline];
}

/** Prints an expression on as few lines as possible. */
export function printExpressionText(expression: Expression): string {
  return layOut(printExpression(expression, createContext([], undefined, defaultLayout)));
}

/** `block norm(x: tokens, epsilon: number = 1e-6): tokens`, without its body. */
export function printSignature(block: {
  readonly name: { readonly name: string };
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpression;
}): string {
  const context = createContext([], undefined, defaultLayout);
  return layOut([
    "block ",
    block.name.name,
    printParameters(block.parameters, 0, context),
    block.result === undefined ? "" : [": ", printType(block.result, context)],
  ]);
}

/** True for a declaration that has blank lines around it. A block without statements, which is written in TypeScript, has none. */
function hasBody(declaration: Declaration): boolean {
  if (declaration.kind === "Block") return declaration.body.length > 0;
  return declaration.kind === "Task" || declaration.kind === "Dataset" || declaration.kind === "Stage";
}

function layOut(doc: Builders.Doc, { printWidth, tabWidth, useTabs = false } = defaultLayout): string {
  return printer.printDocToString(doc, { printWidth, tabWidth, useTabs }).formatted;
}
