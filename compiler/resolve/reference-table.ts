import type {
  Expression,
  Identifier,
  NameExpression,
  Node as SyntaxNode,
  Span,
  StringExpression,
} from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import { type Definition, type NameReference, type Reference, type Scope } from "./definition.ts";
import { boundIn, calleeIn } from "./scopes.ts";

/** The part of a text that sees a scope; a later one within it sees more. */
interface ScopedSpan {
  readonly start: number;
  readonly end: number;
  readonly scope: Scope;
}

/** The references of one file, as they are found. */
export class ReferenceTable {
  readonly names = new Map<SyntaxNode, NameReference>();
  readonly others = new Map<SyntaxNode, Reference>();
  /** The parameter or the option that a value is written for. */
  readonly purposes = new Map<Expression, Definition>();
  readonly scopes: ScopedSpan[] = [];
  readonly #parts: Reference[] = [];
  #unresolved: readonly NameReference[] | undefined;
  readonly #prelude: FileScope;

  constructor(prelude: FileScope) {
    this.#prelude = prelude;
  }

  /**
   * Adds a bare name in an expression. `means` is its meaning here, if it is neither its value nor the block that it
   * calls.
   */
  name(node: NameExpression, scope: Scope, means?: Definition): NameReference {
    const bound = boundIn(scope, this.#prelude, node.name);
    const callee = calleeIn(scope, this.#prelude, node.name);
    const definition = means ?? bound ?? { kind: "unresolved", name: node.name };
    const reference: NameReference = { at: node.span, node, role: "use", scope, bound, callee, definition };
    this.names.set(node, reference);
    return reference;
  }

  /** The name that is declared by an identifier. */
  declare(node: Identifier, definition: Definition): void {
    this.#add({ at: node.span, node, definition, role: "declaration" });
  }

  /** A choice where its type is written. */
  declareChoice(node: Identifier | StringExpression, definition: Definition): void {
    this.#add({ at: node.span, node, definition, role: "declaration" });
  }

  use(node: SyntaxNode, definition: Definition): void {
    this.#add({ at: node.span, node, definition, role: "use" });
  }

  /** The value is written for a parameter of a block or for an option, whose type it must have. */
  isFor(value: Expression, purpose: Definition): void {
    this.purposes.set(value, purpose);
  }

  /** A part of a string. */
  part(node: SyntaxNode, at: Span, definition: Definition): void {
    this.#parts.push({ at, node, definition, role: "use" });
  }

  /** The bare names that mean nothing, once all names have been added. */
  get unresolved(): readonly NameReference[] {
    this.#unresolved ??= [...this.names.values()].filter(({ definition }) => definition.kind === "unresolved");
    return this.#unresolved;
  }

  /** Every reference, in the order of the text. */
  inOrder(): readonly Reference[] {
    return [...this.names.values(), ...this.others.values(), ...this.#parts].toSorted((a, b) =>
      a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.start - b.at.start,
    );
  }

  sees(scope: Scope, { start, end }: Pick<Span, "start" | "end">): void {
    this.scopes.push({ start, end, scope });
  }

  #add(reference: Reference): void {
    this.others.set(reference.node, reference);
  }
}
