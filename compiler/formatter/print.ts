import { builders, type builders as Builders, printer } from "prettier/doc";
import type { Declaration, Expression, Parameter, SpecificationFile, TypeExpression } from "../../grammar/ast.ts";
import { printSequence } from "./comments.ts";
import { declarationPrinters, printParameters } from "./declarations.ts";
import { printExpression } from "./expressions.ts";
import { createContext, type PrintContext } from "./print-context.ts";
import { printType } from "./types.ts";

/** Maximum length of a line. */
export const printWidth = 140;

export interface PrintOptions {
  /** The text that the tree was parsed from: numbers and blank lines are kept as written. */
  readonly source?: string;
}

/**
 * Prints the canonical text of a specification. Parsing it gives the same tree, apart from spans. Comments stay at the
 * declaration, statement or entry that contains them, and what follows the comment `// prettier-ignore` is kept as it was written. Throws for a tree
 * with errors, which has no text.
 */
export function printSpecification(file: SpecificationFile, options: PrintOptions = {}): string {
  return layOut(specificationDoc(file, options));
}

/** The same as a document of prettier, which lays it out for a width. */
export function specificationDoc(file: SpecificationFile, options: PrintOptions = {}): Builders.Doc {
  const context = createContext(file.comments, options.source);
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
  return layOut(printExpression(expression, createContext([], undefined)));
}

/** `block norm(x: tokens, epsilon: number = 1e-6): tokens`, without its body. */
export function printSignature(block: {
  readonly name: { readonly name: string };
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpression;
}): string {
  const context = createContext([], undefined);
  return layOut([
    "block ",
    block.name.name,
    printParameters(block.parameters, context),
    block.result === undefined ? "" : [": ", printType(block.result, context)],
  ]);
}

function hasBody({ kind }: Declaration): boolean {
  return kind === "Block" || kind === "Task" || kind === "Dataset" || kind === "Stage";
}

function layOut(doc: Builders.Doc): string {
  return printer.printDocToString(doc, { printWidth, tabWidth: 2, useTabs: false }).formatted;
}
