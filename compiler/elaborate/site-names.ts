import type {
  Argument,
  CallExpression,
  Expression,
  IfExpression,
  Node as SyntaxNode,
  RepeatExpression,
  Statement,
} from "../../grammar/ast.ts";
import { calledName } from "../../grammar/written-names.ts";
import { type ResolveCallee, exactSite, isChoice, isLayer } from "./call-shapes.ts";
import type { Callable } from "./callable.ts";

/**
 * Names every call site of one body, the segments that the names of weights are made of (semantics, "Names of weights"): the `let` that is exactly
 * that call, else the callee; a second equal name gets `_2` in textual order. Sites in different branches of one `if` may share a name.
 * The result depends on the text alone, so that names survive formatting and a stage's `with:`. `locals` are names that are values here.
 */
export function siteNames(
  body: readonly Statement[] | Expression,
  resolve: ResolveCallee,
  locals: readonly string[] = [],
): ReadonlyMap<SyntaxNode, string | undefined> {
  const namer = new SiteNamer(resolve, locals);
  if (Array.isArray(body)) for (const statement of body as readonly Statement[]) namer.statement(statement);
  else namer.exactly(body as Expression, undefined);
  return namer.names;
}

class SiteNamer {
  readonly names = new Map<SyntaxNode, string | undefined>();
  readonly #meaning: ResolveCallee;
  readonly #shadowed: Set<string>;
  #counts = new Map<string, number>();

  constructor(resolve: ResolveCallee, locals: readonly string[]) {
    this.#shadowed = new Set(locals);
    this.#meaning = (name, position) =>
      position === "value" && this.#shadowed.has(name) ? undefined : resolve(name, position);
  }

  statement(statement: Statement): void {
    switch (statement.kind) {
      case "Let": {
        const [name] = statement.names;
        if (
          statement.names.length === 1 &&
          name &&
          (statement.value.kind === "If" || exactSite(statement.value, this.#meaning))
        )
          this.exactly(statement.value, name.name);
        else this.#visit(statement.value);
        for (const local of statement.names) this.#shadowed.add(local.name);
        return;
      }
      case "LayerStatement":
        this.names.set(statement, this.#unique(statement.name.name));
        return this.#scoped(() => this.exactly(statement.value, undefined));
      case "Weight":
      case "State":
        this.#shadowed.add(statement.name.name);
        for (const dimension of statement.shape) this.#visit(dimension);
        return;
      case "Update":
      case "Return":
        return this.#visit(statement.value);
      case "Yield":
      case "ExpressionStatement":
        return this.exactly(statement.value, undefined);
    }
  }

  /** An expression that may be exactly one call: that call is named `name`, or adds no segment. */
  exactly(expression: Expression, name: string | undefined): void {
    if (expression.kind === "If") {
      this.#visit(expression.condition);
      return this.#branches(expression, (branch) => this.exactly(branch, name));
    }
    const site = exactSite(expression, this.#meaning);
    if (!site) return this.#visit(expression);
    this.names.set(site, name === undefined || this.#addsNoSegment(site) ? undefined : this.#unique(name));
    if (expression.kind === "Pipe") this.#visit(expression.left);
    this.#inside(site);
  }

  #visit(expression: Expression): void {
    switch (expression.kind) {
      case "Call":
      case "Repeat":
        this.#name(expression);
        return this.#inside(expression);
      case "Name":
        if (this.#meaning(expression.name, "value")) this.#name(expression);
        return;
      case "Pipe":
        this.#visit(expression.left);
        if (expression.right.kind !== "Name") return this.#visit(expression.right);
        if (this.#meaning(expression.right.name, "callee")) this.#name(expression.right);
        return;
      case "If": {
        this.#visit(expression.condition);
        return this.#branches(expression, (branch) => this.#visit(branch));
      }
      case "List":
      case "Tuple":
        for (const item of expression.items) this.#visit(item);
        return;
      case "Unary":
      case "Optional":
        return this.#visit(expression.operand);
      case "Binary": {
        // Beside a choice, a bare name is a choice: `kind == linear`.
        const compares = expression.operator === "==" || expression.operator === "!=";
        for (const side of [expression.left, expression.right])
          if (!compares || side.kind !== "Name") this.#visit(side);
        return;
      }
      case "Member":
        return this.#visit(expression.object);
      case "Map":
        for (const entry of expression.entries) this.#visit(entry.value);
        return;
      case "Range":
      case "Except":
      case "Number":
      case "String":
      case "Boolean":
      case "None":
      case "Error":
        return;
    }
  }

  /** Only one branch is elaborated, so both may use the same names. */
  #branches(expression: IfExpression, visit: (branch: Expression) => void): void {
    const before = new Map(this.#counts);
    visit(expression.consequence);
    const after = this.#counts;
    this.#counts = before;
    visit(expression.alternative);
    for (const [name, count] of after) this.#counts.set(name, Math.max(count, this.#counts.get(name) ?? 0));
  }

  #name(site: CallExpression | RepeatExpression | Extract<Expression, { kind: "Name" }>): void {
    if (site.kind === "Repeat") {
      const name = this.#unique("repeat");
      this.names.set(site, name === "repeat" ? undefined : name);
      return;
    }
    const name = calledName(site);
    const named = name !== undefined && this.#meaning(name, "callee") !== undefined && !this.#addsNoSegment(site);
    this.names.set(site, named ? this.#unique(name) : undefined);
  }

  /** Combinators and layers: what they apply has names of its own. */
  #addsNoSegment(site: SyntaxNode): boolean {
    const name = calledName(site);
    const callee = name === undefined ? undefined : this.#meaning(name, "callee");
    return (
      callee?.kind === "layer" || (callee?.kind === "callable" && callee.callable.native?.naming === "transparent")
    );
  }

  /** The arguments of a call. What is passed to a block parameter is named there, in a scope of its own. */
  #inside(site: SyntaxNode): void {
    if (site.kind !== "Call" && site.kind !== "Repeat") return;
    const callee =
      site.kind === "Call" && site.callee.kind === "Name" ? this.#meaning(site.callee.name, "callee") : undefined;
    const callable = callee?.kind === "callable" ? callee.callable : undefined;
    if (site.kind === "Call" && site.callee.kind !== "Name") this.#visit(site.callee);
    for (const argument of site.arguments) this.#argument(argument, callable);
    if (site.kind === "Repeat") for (const binding of site.from ?? []) this.#visit(binding.value);
  }

  #argument(argument: Argument, callable: Callable | undefined): void {
    const parameters = callable?.native?.naming === "transparent" ? [] : (callable?.parameters ?? []);
    const named = argument.name && parameters.find((parameter) => parameter.name === argument.name?.name);
    if (isChoice(argument, named ? [named] : parameters)) return;
    const takesBlock = named
      ? named.type.kind === "block"
      : !argument.name &&
        parameters.some((parameter) => parameter.type.kind === "block") &&
        isLayer(argument.value, this.#meaning);
    if (takesBlock) this.#scoped(() => this.#visit(argument.value));
    else this.#visit(argument.value);
  }

  #scoped(visit: () => void): void {
    const outer = this.#counts;
    this.#counts = new Map();
    visit();
    this.#counts = outer;
  }

  #unique(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  }
}
