import type {
  Argument,
  Binding,
  BlockDeclaration,
  Expression,
  Identifier,
  LayerStatement,
  LetStatement,
  Node as SyntaxNode,
  OneOfType,
  Parameter,
  RepeatExpression,
  Span,
  StringExpression,
  WeightStatement,
} from "../../grammar/ast.ts";
import type { BuiltinName } from "./builtin-names.ts";
import type { FileScope, SymbolDeclaration } from "../bind/symbols.ts";
import type { LossName } from "./loss-names.ts";

/** A name that only the body of a block, of a `repeat` or of a layer value can see. */
export type LocalDefinition =
  | { readonly kind: "parameter"; readonly name: string; readonly at: Identifier; readonly parameter: Parameter }
  | {
      /** A `let`, a `layer`, a `weight` or a `state`. */
      readonly kind: "local";
      readonly name: string;
      readonly at: Identifier;
      readonly statement: LetStatement | LayerStatement | WeightStatement;
      /** True if it may be a layer, as far as the text shows. */
      readonly mayBeLayer: boolean;
      /** The choices that its value is one of, if the text shows them. */
      readonly choices: OneOfType | undefined;
    }
  /** The index of a `repeat`: `as i`. */
  | { readonly kind: "index"; readonly name: string; readonly at: Identifier }
  /** A value that a `repeat` carries by name: `from (a = x)`. */
  | { readonly kind: "binding"; readonly name: string; readonly at: Identifier; readonly binding: Binding }
  /** A value that a task's loss is given, such as `output`. */
  | { readonly kind: "given"; readonly name: LossName; readonly of: Expression }
  /** The value that enters the body of a `repeat`, or the layer that an argument makes. */
  | { readonly kind: "it"; readonly name: "it"; readonly of: RepeatExpression | Argument };

/** An entry of the schema: an option, a member of a family such as `adamw`, or a choice. `of` is its owner. */
export interface SchemaDefinition {
  readonly kind: "option" | "member" | "choice";
  readonly name: string;
  readonly of: string;
}

/**
 * The meaning of a name. Definitions are compared by identity: all uses of the same definition refer to the same
 * object.
 */
export type Definition =
  | LocalDefinition
  | SchemaDefinition
  | { readonly kind: "declaration"; readonly name: string; readonly declaration: SymbolDeclaration }
  /** A choice of a type that the specification writes: `one of [learned, fixed]`. */
  | { readonly kind: "written_choice"; readonly name: string; readonly at: Identifier | StringExpression }
  /** A name that is defined without a declaration: `task`, `tasks`, `training`, and `all` among names. */
  | { readonly kind: "builtin"; readonly name: BuiltinName | "all" }
  /**
   * A named result of a fusion or a named position of a stream, such as `cls` in `read.cls`. `at` is the position where
   * the name is defined, if the text defines it.
   */
  | { readonly kind: "part"; readonly name: string; readonly of: Definition; readonly at?: Identifier | undefined }
  /** The file that an import names. */
  | { readonly kind: "file"; readonly name: string; readonly path: string }
  /**
   * A name whose meaning is only known in elaboration: an argument of a layer, or a choice of a type that is not known
   * before.
   */
  | { readonly kind: "dynamic"; readonly name: string }
  | { readonly kind: "unresolved"; readonly name: string };

/**
 * The names that an expression can refer to: those of its file, of the bodies around it, and the first `count` of the
 * innermost body.
 */
export interface Scope {
  readonly file: FileScope;
  readonly body: Body | undefined;
  readonly count: number;
}

/**
 * The body of a block or of a `repeat`, a layer that an argument makes, whose `it` is a name, or a loss, which is given
 * names.
 */
export interface Body {
  readonly node: BlockDeclaration | Argument | Expression;
  readonly outer: Scope;
  /** The names in the order in which they are declared. */
  readonly all: readonly LocalDefinition[];
  /** The indices of each name: a later one hides an earlier one. */
  readonly indices: ReadonlyMap<string, readonly number[]>;
}

/** A scope within a body, which further names are added to. */
export interface BodyScope extends Scope {
  readonly body: Body;
}

/** A name in the text, with its meaning. */
export interface Reference {
  /** The name's characters, which are a part of `node` where that is a string such as `"read.layers.{0..half}.**"`. */
  readonly at: Span;
  readonly node: SyntaxNode;
  readonly definition: Definition;
  /** A declaration is where the name is written first; every other reference is a use. */
  readonly role: "declaration" | "use";
}

/** A bare name in an expression. */
export interface NameReference extends Reference {
  readonly scope: Scope;
  /**
   * The meaning of the name as a value, if it has one: a local name, a declaration, a built-in name or an initializer.
   */
  readonly bound: Definition | undefined;
  /**
   * The block or layer that a call of the name refers to, unless a local name may be a layer. Only blocks and layers
   * are searched, so that a param or a stream may have a block's name.
   */
  readonly callee: Extract<Definition, { readonly kind: "declaration" }> | undefined;
}

const declarations = new WeakMap<SymbolDeclaration, Extract<Definition, { readonly kind: "declaration" }>>();

/** The one definition of a declaration. */
export function definitionOfDeclaration(
  declaration: SymbolDeclaration,
): Extract<Definition, { readonly kind: "declaration" }> {
  const known = declarations.get(declaration);
  if (known) return known;
  const definition = { kind: "declaration", name: declaration.name.name, declaration } as const;
  declarations.set(declaration, definition);
  return definition;
}

const parameters = new WeakMap<Parameter, LocalDefinition>();

/** The one definition of a block's parameter, which calls in other files refer to as well. */
export function definitionOfParameter(parameter: Parameter): LocalDefinition {
  const known = parameters.get(parameter);
  if (known) return known;
  const definition = { kind: "parameter", name: parameter.name.name, at: parameter.name, parameter } as const;
  parameters.set(parameter, definition);
  return definition;
}

const writtenChoices = new WeakMap<Identifier | StringExpression, Definition>();

export function definitionOfWrittenChoice(at: Identifier | StringExpression): Definition {
  const known = writtenChoices.get(at);
  if (known) return known;
  const definition = { kind: "written_choice", name: at.kind === "String" ? at.value : at.name, at } as const;
  writtenChoices.set(at, definition);
  return definition;
}

const parts = new WeakMap<Definition, Map<string, Definition>>();

/** The one definition of a named result or position of what `of` defines. `at` is where the text defines it. */
export function definitionOfPart(of: Definition, name: string, at: Identifier | undefined): Definition {
  const known = parts.get(of) ?? new Map<string, Definition>();
  parts.set(of, known);
  const part = known.get(name) ?? { kind: "part", of, name, at };
  known.set(name, part);
  return part;
}

const ofSchema = new Map<string, Definition>();

export function definitionInSchema(kind: SchemaDefinition["kind"], of: string, name: string): Definition {
  const key = `${kind} ${of} ${name}`;
  const known = ofSchema.get(key);
  if (known) return known;
  const definition: Definition = { kind, of, name };
  ofSchema.set(key, definition);
  return definition;
}

const builtins = new Map<string, Definition>();

export function definitionOfBuiltin(name: BuiltinName | "all"): Definition {
  const known = builtins.get(name);
  if (known) return known;
  const definition: Definition = { kind: "builtin", name };
  builtins.set(name, definition);
  return definition;
}

/** The span of the name where a definition is written, if it is written in a file. */
export function placeOf(definition: Definition): Span | undefined {
  if (definition.kind === "declaration") return definition.declaration.name.span;
  return "at" in definition ? definition.at?.span : undefined;
}

/**
 * True for a name that has a value of its own. A block does not count as a value here, because it may have the name of
 * a choice.
 */
export function isValue(bound: Definition | undefined): boolean {
  if (bound?.kind === "declaration") return bound.declaration.kind !== "Block";
  return isLocal(bound);
}

export function isLocal(definition: Definition | undefined): definition is LocalDefinition {
  return (
    definition !== undefined && ["parameter", "local", "index", "binding", "given", "it"].includes(definition.kind)
  );
}
