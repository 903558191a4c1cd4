import type {
  Argument,
  BlockDeclaration,
  CallExpression,
  Expression,
  Node as SyntaxNode,
  Span,
  Statement,
} from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { Bindings } from "../bind/bind.ts";
import type { LoadedFile } from "../bind/load.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { builtinNames } from "../elaborate/builtins.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { initializers } from "../schema/initializers.ts";

/** Names in the bodies of blocks, used or not: elaboration would only find those of blocks that a task reaches. */
export function checkReferences(bindings: Bindings, files: ReadonlyMap<string, LoadedFile>, reporter: Reporter): void {
  for (const file of files.values()) {
    for (const declaration of file.tree.declarations)
      if (declaration.kind === "Block") new ReferenceChecker(bindings, reporter, file.path).block(declaration);
  }
}

class ReferenceChecker {
  readonly #bindings: Bindings;
  readonly #reporter: Reporter;
  readonly #file: string;

  constructor(bindings: Bindings, reporter: Reporter, file: string) {
    this.#bindings = bindings;
    this.#reporter = reporter;
    this.#file = file;
  }

  block(block: BlockDeclaration): void {
    const locals = new Set<string>();
    for (const parameter of block.parameters) {
      if (parameter.default && !(parameter.type.kind === "OneOfType" && parameter.default.kind === "Name"))
        this.#expression(parameter.default, locals);
      const first = block.parameters.find((other) => other.name.name === parameter.name.name);
      if (first && first !== parameter)
        this.#reporter.report(
          "duplicate_declaration",
          parameter.name.span,
          { name: parameter.name.name },
          { related: [{ at: first.name.span, message: "first declared here" }] },
        );
      locals.add(parameter.name.name);
    }
    this.#statements(block.body, locals);
    const isPrimitive = block.body.length === 0 && isPrelude(block.span.file);
    if (!isPrimitive && !block.body.some((statement) => statement.kind === "Return"))
      this.#reporter.report("no_result", block.name.span, { name: `The block "${block.name.name}"` });
  }

  #statements(statements: readonly Statement[], outer: ReadonlySet<string>): void {
    const locals = new Set(outer);
    const weights = new Map<string, Span>();
    for (const statement of statements) {
      if (statement.kind === "LayerStatement" || statement.kind === "Weight" || statement.kind === "State") {
        const { name, span } = statement.name;
        const first = weights.get(name);
        if (first)
          this.#reporter.report(
            "weight_name_taken",
            span,
            { weight: name },
            { related: [{ at: first, message: "first declared here" }] },
          );
        else weights.set(name, span);
      }
      for (const child of childrenOf(statement)) if (child.kind !== "Identifier") this.#expression(child, locals);
      if (statement.kind === "Let") for (const name of statement.names) locals.add(name.name);
      else if (statement.kind === "LayerStatement" || statement.kind === "Weight" || statement.kind === "State")
        locals.add(statement.name.name);
    }
  }

  #expression(node: SyntaxNode, locals: ReadonlySet<string>): void {
    switch (node.kind) {
      case "Name":
        if (!this.#isKnown(node.name, locals)) this.#report(node, locals);
        return;
      case "Binary":
        for (const side of [node.left, node.right])
          if (!(side.kind === "Name" && (node.operator === "==" || node.operator === "!=")))
            this.#expression(side, locals);
        return;
      case "Call":
        this.#expression(node.callee, locals);
        for (const argument of node.arguments) this.#argument(node, argument, locals);
        return;
      case "Repeat": {
        for (const argument of node.arguments)
          if (argument.name?.name !== "share") this.#expression(argument.value, locals);
        for (const binding of node.from ?? []) this.#expression(binding.value, locals);
        return this.#statements(
          node.body,
          new Set([
            ...locals,
            "it",
            ...(node.index ? [node.index.name] : []),
            ...(node.from ?? []).map((binding) => binding.name.name),
          ]),
        );
      }
      case "Member":
        return this.#expression(node.object, locals);
      case "Entry":
        return this.#expression(node.value, locals);
      case "Identifier":
        return;
      default:
        for (const child of childrenOf(node)) this.#expression(child, locals);
    }
  }

  /** A bare name may be a choice of the parameter that it is given to. */
  #argument(call: CallExpression, argument: Argument, locals: ReadonlySet<string>): void {
    const { value } = argument;
    if (value.kind === "Name" && !this.#isKnown(value.name, locals)) {
      const callee =
        call.callee.kind === "Name" && !locals.has(call.callee.name) ? this.#symbol(call.callee.name) : undefined;
      // What a block parameter or a layer takes is known when it is elaborated.
      if (callee?.kind !== "Block") return;
      const parameters = argument.name
        ? callee.parameters.filter((parameter) => parameter.name.name === argument.name?.name)
        : callee.parameters;
      if (parameters.some((parameter) => parameter.type.kind === "OneOfType")) return;
    }
    this.#expression(value, locals);
  }

  #symbol(name: string): ReturnType<Bindings["prelude"]["symbols"]["get"]> {
    return this.#bindings.scopes.get(this.#file)?.symbols.get(name) ?? this.#bindings.prelude.symbols.get(name);
  }

  #isKnown(name: string, locals: ReadonlySet<string>): boolean {
    return (
      locals.has(name) ||
      builtinNames.includes(name) ||
      Object.hasOwn(initializers, name) ||
      this.#symbol(name) !== undefined
    );
  }

  #report(node: Extract<Expression, { kind: "Name" }>, locals: ReadonlySet<string>): void {
    const known = [
      ...locals,
      ...(this.#bindings.scopes.get(this.#file)?.symbols.keys() ?? []),
      ...this.#bindings.prelude.symbols.keys(),
      ...builtinNames,
    ];
    this.#reporter.report("unknown_name", node.span, { name: node.name, nearest: nearest(node.name, known) });
  }
}
