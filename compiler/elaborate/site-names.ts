import type {
  Argument,
  CallExpression,
  Expression,
  IfExpression,
  NameExpression,
  Node as SyntaxNode,
  RepeatExpression,
  Statement,
} from "../../grammar/ast.ts";
import type { Elaboration } from "./elaboration.ts";
import { exactSite, isChoice, isLayer, siteMeaning } from "./site-meaning.ts";
import type { Callable } from "./callable.ts";

/**
 * Names every call site of one body, the segments that the names of weights are made of (semantics, "Names of
 * weights"): the `let` that is exactly that call, else the callee; a second equal name gets `_2` in textual order.
 * Sites in different branches of one `if` may share a name. The result depends on the text alone, so that names survive
 * formatting and a stage's `with:`.
 */
export function siteNames(
  elaboration: Elaboration,
  body: readonly Statement[] | Expression,
): ReadonlyMap<SyntaxNode, string | undefined> {
  const namer = new SiteNamer(elaboration);
  if (Array.isArray(body)) for (const statement of body as readonly Statement[]) namer.statement(statement);
  else namer.exactly(body as Expression, undefined);
  return namer.names;
}

const ofBlocks = new WeakMap<Callable, ReadonlyMap<SyntaxNode, string | undefined>>();

/**
 * Names of the call sites of a block's body and of its defaults. They depend on the text alone, and are computed once.
 */
export function siteNamesOf(elaboration: Elaboration, callable: Callable): ReadonlyMap<SyntaxNode, string | undefined> {
  const known = ofBlocks.get(callable);
  if (known) return known;
  const sites = new Map(siteNames(elaboration, callable.declaration.body));
  for (const parameter of callable.parameters)
    if (parameter.default) for (const [site, name] of siteNames(elaboration, parameter.default)) sites.set(site, name);
  ofBlocks.set(callable, sites);
  return sites;
}

class SiteNamer {
  readonly names = new Map<SyntaxNode, string | undefined>();
  readonly #elaboration: Elaboration;
  #counts = new Map<string, number>();

  constructor(elaboration: Elaboration) {
    this.#elaboration = elaboration;
  }

  statement(statement: Statement): void {
    switch (statement.kind) {
      case "Let": {
        const [name] = statement.names;
        if (
          statement.names.length === 1 &&
          name &&
          (statement.value.kind === "If" || exactSite(this.#elaboration, statement.value))
        )
          this.exactly(statement.value, name.name);
        else this.#visit(statement.value);
        return;
      }
      case "LayerStatement":
        this.names.set(statement, this.#unique(statement.name.name));
        return this.#scoped(() => this.exactly(statement.value, undefined));
      case "Weight":
      case "State":
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
    const site = exactSite(this.#elaboration, expression);
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
        if (siteMeaning(this.#elaboration, expression, "value")) this.#name(expression);
        return;
      case "Pipe":
        this.#visit(expression.left);
        if (expression.right.kind !== "Name") return this.#visit(expression.right);
        if (siteMeaning(this.#elaboration, expression.right, "callee")) this.#name(expression.right);
        return;
      case "If": {
        this.#visit(expression.condition);
        return this.#branches(expression, (branch) => this.#visit(branch));
      }
      default:
        for (const part of partsOf(expression)) this.#visit(part);
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

  #name(site: CallExpression | RepeatExpression | NameExpression): void {
    if (site.kind === "Repeat") {
      const name = this.#unique("repeat");
      this.names.set(site, name === "repeat" ? undefined : name);
      return;
    }
    const callee = calleeOf(site);
    const isNamed = callee && siteMeaning(this.#elaboration, callee, "callee") && !this.#addsNoSegment(site);
    this.names.set(site, isNamed ? this.#unique(callee.name) : undefined);
  }

  /** Combinators and layers add no segment, because the blocks that they apply have names of their own. */
  #addsNoSegment(site: SyntaxNode): boolean {
    const callee = calleeOf(site);
    const meant = callee && siteMeaning(this.#elaboration, callee, "callee");
    return meant?.kind === "layer" || (meant?.kind === "callable" && meant.callable.native?.naming === "transparent");
  }

  /** Visits the arguments of a call. An argument for a block parameter is named in a scope of its own. */
  #inside(site: SyntaxNode): void {
    if (site.kind !== "Call" && site.kind !== "Repeat") return;
    const callee = site.kind === "Call" ? calleeOf(site) : undefined;
    const meant = callee && siteMeaning(this.#elaboration, callee, "callee");
    const callable = meant?.kind === "callable" ? meant.callable : undefined;
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
        isLayer(this.#elaboration, argument.value);
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

/** The name that is called: `f` of `f` and of `f(x)`. */
function calleeOf(site: SyntaxNode): NameExpression | undefined {
  const callee = site.kind === "Call" ? site.callee : site;
  return callee.kind === "Name" ? callee : undefined;
}

/** Expressions that are neither a call site nor decide what is one. */
type PlainExpression = Exclude<Expression, { readonly kind: "Call" | "Repeat" | "Name" | "Pipe" | "If" }>;

function partsOf(expression: PlainExpression): readonly Expression[] {
  return (parts[expression.kind] as (expression: PlainExpression) => readonly Expression[])(expression);
}

/** The parts of an expression that may have call sites. */
const parts: {
  readonly [Kind in PlainExpression["kind"]]: (
    expression: Extract<PlainExpression, { readonly kind: Kind }>,
  ) => readonly Expression[];
} = {
  List: ({ items }) => items,
  Tuple: ({ items }) => items,
  Map: ({ entries }) => entries.map(({ value }) => value),
  Unary: ({ operand }) => [operand],
  Optional: ({ operand }) => [operand],
  Member: ({ object }) => [object],
  Binary: ({ operator, left, right }) => {
    // A bare name that is compared with a choice is a choice: `kind == linear`.
    const compares = operator === "==" || operator === "!=";
    return [left, right].filter((side) => !compares || side.kind !== "Name");
  },
  Range: () => [],
  Except: () => [],
  Number: () => [],
  String: () => [],
  Boolean: () => [],
  None: () => [],
  Error: () => [],
};
