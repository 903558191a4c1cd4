import type {
  Argument,
  BinaryExpression,
  BlockDeclaration,
  CallExpression,
  Expression,
  FusionDeclaration,
  Identifier,
  MemberExpression,
  NameExpression,
  Node as SyntaxNode,
  Parameter,
  RepeatExpression,
  Span,
  Statement,
} from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { Names } from "../bind/symbols.ts";
import { calledName } from "../../grammar/written-names.ts";
import { initializers } from "../schema/initializers.ts";
import {
  type Definition,
  type LocalDefinition,
  type BodyScope,
  type Scope,
  definitionInSchema,
  definitionOfDeclaration,
  definitionOfParameter,
  definitionOfPart,
  isLocal,
  isValue,
} from "./definition.ts";
import {
  type Known,
  canBeLayer,
  canBeStream,
  canHoldLayer,
  choiceNamed,
  choicesOf,
  oneOf,
  lanesOf,
  typeOf,
} from "./lanes.ts";
import type { ReferenceTable } from "./reference-table.ts";
import { type RepeatOption, repeatOptions } from "./repeat-options.ts";
import { resolveFamilyCall } from "./resolve-options.ts";
import { bodyScope, localsNamed, withLocal } from "./scopes.ts";

/** A bare name is a value, or a layer that is applied: after `->`, in a `layer`, in a `head` or before `(`. */
type Position = "value" | "layer";

/** Resolves the names of expressions and statements into a table. */
export class ExpressionResolver {
  readonly #table: ReferenceTable;
  readonly #entry: Names;
  readonly #known: Known;

  constructor(table: ReferenceTable, entry: Names) {
    this.#table = table;
    this.#entry = entry;
    this.#known = (node) => table.names.get(node);
  }

  expression(node: Expression, scope: Scope, position: Position = "value"): void {
    switch (node.kind) {
      case "Name":
        this.#name(node, scope, position);
        return;
      case "Pipe":
        return this.#pipe(node, scope, position);
      case "If":
        this.expression(node.condition, scope);
        this.expression(node.consequence, scope, position);
        return this.expression(node.alternative, scope, position);
      case "Binary":
        return this.#binary(node, scope);
      case "Call":
        return this.#call(node, scope);
      case "Repeat":
        return this.#repeat(node, scope);
      case "Member":
        return this.#member(node, scope);
      default:
        for (const child of childrenOf(node)) this.#child(child, scope);
    }
  }

  #child(node: SyntaxNode, scope: Scope): void {
    if (node.kind === "Entry") this.expression(node.value, scope);
    else if (node.kind !== "Identifier") this.expression(node as Expression, scope);
  }

  #name(node: NameExpression, scope: Scope, position: Position): void {
    if (position === "value") this.#table.name(node, scope);
    else this.#callee(node, scope);
  }

  /**
   * A local name that may be a layer takes precedence over a block or a layer of the file in a call; other names are
   * ignored.
   */
  #callee(node: NameExpression, scope: Scope): Definition {
    const { bound, callee } = this.#table.name(node, scope);
    const isOwn = isLocal(bound) && (callee === undefined || canHoldLayer(bound));
    return isOwn || !callee
      ? (bound ?? { kind: "unresolved", name: node.name })
      : this.#table.name(node, scope, callee).definition;
  }

  /** However long a pipeline is, it is walked without recursion. */
  #pipe(node: Extract<Expression, { readonly kind: "Pipe" }>, scope: Scope, position: Position): void {
    const stages: Expression[] = [];
    let first: Expression = node;
    for (; first.kind === "Pipe"; first = first.left) stages.push(first.right);
    this.expression(first, scope, position);
    for (const stage of stages.toReversed()) this.expression(stage, scope, "layer");
  }

  /**
   * Resolves both sides. A bare name that is compared with a value of several choices is one of the choices if it has
   * that name, even if a declaration has it, too. A stream cannot be compared, so that a name that refers to one, or to
   * nothing, is a choice as well.
   */
  #binary(node: BinaryExpression, scope: Scope): void {
    const sides = [node.left, node.right] as const;
    for (const side of sides) this.expression(side, scope);
    if (node.operator !== "==" && node.operator !== "!=") return;
    for (const [side, other] of [sides, sides.toReversed() as [Expression, Expression]] as const) {
      if (side.kind !== "Name") continue;
      const choice = choiceNamed(choicesOf(other, this.#known), side.name);
      const bound = this.#known(side)?.bound;
      const isStream =
        bound?.kind === "declaration" && ["Modality", "Stream", "Fusion"].includes(bound.declaration.kind);
      if (choice || isStream || !isValue(bound))
        this.#table.name(side, scope, choice ?? { kind: "dynamic", name: side.name });
    }
  }

  #call(node: CallExpression, scope: Scope): void {
    const { callee } = node;
    const meant = callee.kind === "Name" ? this.#callee(callee, scope) : undefined;
    if (callee.kind !== "Name") this.expression(callee, scope);
    if (meant?.kind === "declaration" && meant.declaration.kind === "Block") {
      return this.#arguments(meant.declaration, node.arguments, scope);
    }
    if (meant?.kind === "member") return this.#familyCall(node, meant.of, scope);
    for (const { value } of node.arguments) this.#argumentOfLayer(value, scope);
  }

  /** Resolves an argument of a layer or of a block parameter. The block that receives it is known in elaboration. */
  #argumentOfLayer(value: Expression, scope: Scope): void {
    this.expression(value, scope);
    if (value.kind === "Name" && !this.#known(value)?.bound)
      this.#table.name(value, scope, { kind: "dynamic", name: value.name });
  }

  #arguments(block: BlockDeclaration, args: readonly Argument[], scope: Scope): void {
    const lanes = lanesOf(block, args);
    let filled = 0;
    for (const argument of args) {
      const { name, value } = argument;
      const parameter = name ? lanes.byName.get(name.name) : lanes.valueAt(filled);
      if (name && parameter) this.#table.use(name, definitionOfParameter(parameter));
      const choosing = name ? [parameter] : lanes.open;
      if (value.kind === "Name" && choosing.some((each) => each && oneOf(each.type)))
        this.#choice(value, choosing, argument, scope);
      else this.#valueFor(parameter, argument, scope);
      if (!name && lanes.takesStreams && canBeStream(value, this.#known)) continue;
      if (parameter) this.#table.isFor(value, definitionOfParameter(parameter));
      if (!name) filled += 1;
    }
  }

  /**
   * Resolves a value for a parameter. If an initializer is expected, its name takes precedence over a block's. In a
   * layer, `it` is the layer's input.
   */
  #valueFor(parameter: Parameter | undefined, argument: Argument, scope: Scope): void {
    const { value } = argument;
    const kind = parameter && typeOf(parameter)?.kind;
    if (kind === "initializer") return this.initializer(value, scope);
    if (kind !== "block" || !mentionsIt(value)) return this.expression(value, scope);
    const inner = withLocal(bodyScope(scope, argument), { kind: "it", name: "it", of: argument });
    this.#table.sees(inner, value.span);
    this.expression(value, inner, "layer");
  }

  /**
   * A bare name that is one of a parameter's choices is that choice, even if a declaration has the same name. A
   * positional argument may also be a stream or another value, so that there a name that has a value is that value.
   */
  #choice(
    value: NameExpression,
    parameters: readonly (Parameter | undefined)[],
    argument: Argument,
    scope: Scope,
  ): void {
    const { bound } = this.#table.name(value, scope);
    if (!argument.name && isValue(bound)) return;
    const choice = parameters
      .map((each) => choiceNamed(each && oneOf(each.type), value.name))
      .find((each) => each !== undefined);
    if (choice || !isValue(bound))
      this.#table.name(
        value,
        scope,
        choice ?? (bound && argument.name === undefined ? bound : { kind: "dynamic", name: value.name }),
      );
  }

  /** Resolves an expression where an initializer is expected. */
  initializer(value: Expression, scope: Scope): void {
    const name = calledName(value);
    if (name === undefined || !Object.hasOwn(initializers, name)) return this.expression(value, scope);
    const callee = value.kind === "Call" ? value.callee : value;
    if (callee.kind !== "Name") return;
    const { bound } = this.#table.name(callee, scope);
    if (isLocal(bound)) return this.expression(value, scope);
    this.#familyCall(value, "initializer", scope);
  }

  #familyCall(value: Expression, family: string, scope: Scope): void {
    resolveFamilyCall({ table: this.#table, expressions: this, scope, entry: this.#entry }, value, family);
  }

  #repeat(node: RepeatExpression, scope: Scope): void {
    for (const { name, value } of node.arguments)
      if (value.kind === "Name" && name && isRepeatOption(name.name)) this.#repeatOption(name.name, value, scope);
      else this.expression(value, scope);
    for (const { value } of node.from ?? []) this.expression(value, scope);
    const locals: LocalDefinition[] = [
      ...(node.index ? [{ kind: "index", name: node.index.name, at: node.index } as const] : []),
      { kind: "it", name: "it", of: node },
      ...(node.from ?? []).map(
        (binding) => ({ kind: "binding", name: binding.name.name, at: binding.name, binding }) as const,
      ),
    ];
    for (const local of locals) if ("at" in local) this.#table.declare(local.at, local);
    const head = [...node.arguments, ...(node.index ? [node.index] : []), ...(node.from ?? [])].at(-1) ?? node;
    const start = head === node ? node.span.start : head.span.end;
    this.statements(node.body, locals.reduce(withLocal, bodyScope(scope, node)), { start, end: node.span.end });
  }

  /** Resolves the value of an option of `repeat`, where `all` is a choice. */
  #repeatOption(option: RepeatOption, value: NameExpression, scope: Scope): void {
    const { bound } = this.#table.name(value, scope);
    const choices: readonly string[] = repeatOptions[option];
    if (choices.includes(value.name) || !isValue(bound))
      this.#table.name(value, scope, definitionInSchema("choice", `repeat.${option}`, value.name));
  }

  /** Resolves a member such as `read.cls` or `met.seen`: a part of the value before the dot. */
  #member({ object, member }: MemberExpression, scope: Scope): void {
    this.expression(object, scope);
    const of = object.kind === "Name" ? this.#known(object)?.bound : undefined;
    if (of) this.#table.use(member, this.#part(of, member.name));
  }

  #part(of: Definition, name: string): Definition {
    const fusion = of.kind === "declaration" && of.declaration.kind === "Fusion" ? of.declaration : undefined;
    return definitionOfPart(of, name, fusion && labelled(fusion, name));
  }

  /** The labels of a fusion's inputs, which name its results. */
  labels(fusion: FusionDeclaration): void {
    if (fusion.value.kind !== "Call") return;
    for (const { label } of fusion.value.arguments)
      if (label) this.#table.declare(label, this.#part(definitionOfDeclaration(fusion), label.name));
  }

  /** Statements of a body, each of which sees the names of those before it. The body may also be empty, so its extent is given. */
  statements(statements: readonly Statement[], outer: BodyScope, body: Pick<Span, "start" | "end">): void {
    const { end } = body;
    let scope = outer;
    this.#table.sees(scope, body);
    for (const statement of statements) {
      this.#statement(statement, scope);
      const names = namesOf(statement);
      if (names.length === 0) continue;
      for (const at of names) {
        const isOne = statement.kind === "Let" && names.length === 1;
        const definition: LocalDefinition = {
          kind: "local",
          name: at.name,
          at,
          statement: statement as Extract<LocalDefinition, { readonly kind: "local" }>["statement"],
          mayBeLayer:
            statement.kind === "LayerStatement" ||
            (statement.kind === "Let" && (!isOne || canBeLayer(statement.value, this.#known))),
          choices: isOne ? choicesOf(statement.value, this.#known) : undefined,
        };
        this.#table.declare(at, definition);
        scope = withLocal(scope, definition);
      }
      this.#table.sees(scope, { start: statement.span.end, end });
    }
  }

  #statement(statement: Statement, scope: Scope): void {
    switch (statement.kind) {
      case "Weight":
      case "State":
        for (const dimension of statement.shape) this.expression(dimension, scope);
        if (statement.initializer) this.initializer(statement.initializer, scope);
        return;
      case "LayerStatement":
        return this.expression(statement.value, scope, "layer");
      case "Update": {
        const state = stateNamed(scope, statement.name.name);
        if (state) this.#table.use(statement.name, state);
        return this.expression(statement.value, scope);
      }
      default:
        return this.expression(statement.value, scope);
    }
  }
}

function isRepeatOption(name: string): name is RepeatOption {
  return Object.hasOwn(repeatOptions, name);
}

/** The names that a statement defines for the statements after it. */
function namesOf(statement: Statement): readonly Identifier[] {
  if (statement.kind === "Let") return statement.names;
  return statement.kind === "LayerStatement" || statement.kind === "Weight" || statement.kind === "State"
    ? [statement.name]
    : [];
}

function stateNamed(scope: Scope, name: string): LocalDefinition | undefined {
  for (const { definition } of localsNamed(scope, name))
    if (definition.kind === "local" && definition.statement.kind === "State") return definition;
  return undefined;
}

/** The label of a fusion's input, which names its result: `bottleneck(seen = a, read = b)`. */
function labelled({ value }: FusionDeclaration, name: string): Identifier | undefined {
  return value.kind === "Call" ? value.arguments.find(({ label }) => label?.name === name)?.label : undefined;
}

/** True for an expression with an `it` of its own. The `it` in the body of a `repeat` is the input of the body. */
export function mentionsIt(node: SyntaxNode): boolean {
  if (node.kind === "Name") return node.name === "it";
  return node.kind === "Repeat" ? node.arguments.some(mentionsIt) : childrenOf(node).some(mentionsIt);
}
