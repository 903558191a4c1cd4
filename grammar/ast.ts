/**
 * The syntax tree: plain readonly data with offsets. What later stages learn about a node lives in side tables.
 * A recovered tree holds `Error` expressions where an expression is missing; a declaration without a name is left out.
 */

/** Half-open range of UTF-16 offsets in one file. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export interface Identifier {
  readonly kind: "Identifier";
  readonly span: Span;
  readonly name: string;
}

/**
 * A `//` comment. `text` is everything after the slashes, untrimmed. `///` comments are `doc` of the declaration below
 * them.
 */
export interface Comment {
  readonly span: Span;
  readonly text: string;
}

export interface SpecificationFile {
  readonly kind: "SpecificationFile";
  readonly span: Span;
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
}

interface DeclarationBase {
  readonly span: Span;
  /** Text of the `///` lines above, without the slashes and one leading space, joined by newlines. */
  readonly doc?: string;
}

export interface ModelDeclaration extends DeclarationBase {
  readonly kind: "Model";
  readonly name: Identifier;
  readonly title?: StringExpression;
}

export interface ImportDeclaration extends DeclarationBase {
  readonly kind: "Import";
  readonly names: readonly Identifier[];
  readonly from: StringExpression;
}

export interface ParamDeclaration extends DeclarationBase {
  readonly kind: "Param";
  readonly name: Identifier;
  readonly type?: TypeExpression;
  readonly value: Expression;
}

export interface ModalityDeclaration extends DeclarationBase {
  readonly kind: "Modality";
  readonly name: Identifier;
  /** A call of a modality kind: `image(48, 48, 3)`. */
  readonly value: Expression;
}

export interface BlockDeclaration extends DeclarationBase {
  readonly kind: "Block";
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpression;
  readonly body: readonly Statement[];
}

export interface Parameter {
  readonly kind: "Parameter";
  readonly span: Span;
  readonly name: Identifier;
  readonly type: TypeExpression;
  readonly default?: Expression;
}

/** `layer`, `stream` and `fusion` share one form: a name and a value. */
interface ValueDeclaration extends DeclarationBase {
  readonly name: Identifier;
  readonly value: Expression;
}
export interface LayerDeclaration extends ValueDeclaration {
  readonly kind: "Layer";
}
export interface StreamDeclaration extends ValueDeclaration {
  readonly kind: "Stream";
}
export interface FusionDeclaration extends ValueDeclaration {
  readonly kind: "Fusion";
}

/** `task`, `dataset` and `stage` share one form: a name and a list of options that a schema describes. */
interface OptionsDeclaration extends DeclarationBase {
  readonly name: Identifier;
  readonly options: readonly Entry[];
}
export interface TaskDeclaration extends OptionsDeclaration {
  readonly kind: "Task";
}
export interface DatasetDeclaration extends OptionsDeclaration {
  readonly kind: "Dataset";
}
export interface StageDeclaration extends OptionsDeclaration {
  readonly kind: "Stage";
}

/** `renamed "old.glob" -> "new.glob"`: maps names of weights on loading. */
export interface RenamedDeclaration extends DeclarationBase {
  readonly kind: "Renamed";
  readonly from: StringExpression;
  readonly to: StringExpression;
}

/** `adapt "**.query.kernel" -> lora(rank: 8)`: the weights that match are read through a block. */
export interface AdaptDeclaration extends DeclarationBase {
  readonly kind: "Adapt";
  readonly weights: StringExpression;
  readonly value: Expression;
}

export type Declaration =
  | ModelDeclaration
  | ImportDeclaration
  | ParamDeclaration
  | ModalityDeclaration
  | BlockDeclaration
  | LayerDeclaration
  | StreamDeclaration
  | FusionDeclaration
  | TaskDeclaration
  | DatasetDeclaration
  | StageDeclaration
  | RenamedDeclaration
  | AdaptDeclaration;

export interface NamedType {
  readonly kind: "NamedType";
  readonly span: Span;
  readonly name: Identifier;
  /** `int in 32..1024` */
  readonly range?: RangeExpression;
}
export interface ListType {
  readonly kind: "ListType";
  readonly span: Span;
  readonly element: TypeExpression;
}
export interface OptionalType {
  readonly kind: "OptionalType";
  readonly span: Span;
  readonly inner: TypeExpression;
}
/** `one of [a, "b"]`: names and strings mean the same. */
export interface OneOfType {
  readonly kind: "OneOfType";
  readonly span: Span;
  readonly options: readonly (Identifier | StringExpression)[];
}
/** `(tokens, tokens)` or `(spatial: tokens, temporal: tokens)`. */
export interface TupleType {
  readonly kind: "TupleType";
  readonly span: Span;
  readonly elements: readonly TupleTypeElement[];
}
export interface TupleTypeElement {
  readonly name?: Identifier;
  readonly type: TypeExpression;
}
export type TypeExpression = NamedType | ListType | OptionalType | OneOfType | TupleType;

/** `let a = …` or `let (a, b) = …`. */
export interface LetStatement {
  readonly kind: "Let";
  readonly span: Span;
  readonly names: readonly Identifier[];
  readonly value: Expression;
}
export interface LayerStatement {
  readonly kind: "LayerStatement";
  readonly span: Span;
  readonly name: Identifier;
  readonly value: Expression;
}
/** `weight w[D, D] = normal(0.02)` and `state mean[C] = zeros`. An absent initialiser means the schema's default. */
export interface WeightStatement {
  readonly kind: "Weight" | "State";
  readonly span: Span;
  readonly name: Identifier;
  readonly shape: readonly Expression[];
  readonly initializer?: Expression;
}
/** `update mean = EXPR` */
export interface UpdateStatement {
  readonly kind: "Update";
  readonly span: Span;
  readonly name: Identifier;
  readonly value: Expression;
}
/** An `ExpressionStatement` is the last expression of a `repeat` body with one carried stream, which is its value. */
export interface ResultStatement {
  readonly kind: "Return" | "Yield" | "ExpressionStatement";
  readonly span: Span;
  readonly value: Expression;
}
export type Statement = LetStatement | LayerStatement | WeightStatement | UpdateStatement | ResultStatement;

export interface NumberExpression {
  readonly kind: "Number";
  readonly span: Span;
  /** The number as written: `10%` has value 10 and unit "%". */
  readonly value: number;
  readonly unit?: string;
}
export interface StringExpression {
  readonly kind: "String";
  readonly span: Span;
  /** The string's value, with its escapes resolved. */
  readonly value: string;
}
export interface BooleanExpression {
  readonly kind: "Boolean";
  readonly span: Span;
  readonly value: boolean;
}
export interface NoneExpression {
  readonly kind: "None";
  readonly span: Span;
}
export interface NameExpression {
  readonly kind: "Name";
  readonly span: Span;
  readonly name: string;
}
export interface ListExpression {
  readonly kind: "List";
  readonly span: Span;
  readonly items: readonly Expression[];
}
/** `{ key: value }` as a value. */
export interface MapExpression {
  readonly kind: "Map";
  readonly span: Span;
  readonly entries: readonly Entry[];
}
export interface Entry {
  readonly kind: "Entry";
  readonly span: Span;
  readonly key: Identifier | StringExpression;
  readonly value: Expression;
  readonly doc?: string;
}
/** `from..to`, both ends included. */
export interface RangeExpression {
  readonly kind: "Range";
  readonly span: Span;
  readonly from: Expression;
  readonly to: Expression;
}
export interface TupleExpression {
  readonly kind: "Tuple";
  readonly span: Span;
  readonly items: readonly Expression[];
}
export interface UnaryExpression {
  readonly kind: "Unary";
  readonly span: Span;
  readonly operator: "-" | "not";
  readonly operand: Expression;
}
export type BinaryOperator = "+" | "-" | "*" | "/" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";
export interface BinaryExpression {
  readonly kind: "Binary";
  readonly span: Span;
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface IfExpression {
  readonly kind: "If";
  readonly span: Span;
  readonly condition: Expression;
  readonly consequence: Expression;
  readonly alternative: Expression;
}
/** `optional photo`: binds tighter than `->`. */
export interface OptionalExpression {
  readonly kind: "Optional";
  readonly span: Span;
  readonly operand: Expression;
}
export interface PipeExpression {
  readonly kind: "Pipe";
  readonly span: Span;
  readonly left: Expression;
  readonly right: Expression;
}
export interface MemberExpression {
  readonly kind: "Member";
  readonly span: Span;
  readonly object: Expression;
  readonly member: Identifier;
}
/** A call. Entries of a named body (`f(a) { b: 1 }`) come after the arguments in parentheses. */
export interface CallExpression {
  readonly kind: "Call";
  readonly span: Span;
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}
export interface Argument {
  readonly kind: "Argument";
  readonly span: Span;
  /** `name: value` */
  readonly name?: Identifier;
  /** `label = value`: a positional stream with a label, which names a fusion's result. */
  readonly label?: Identifier;
  readonly value: Expression;
  readonly doc?: string;
}
/** `repeat(n, share: all) as i from (t = text, v = image) { … }`. */
export interface RepeatExpression {
  readonly kind: "Repeat";
  readonly span: Span;
  readonly arguments: readonly Argument[];
  readonly index?: Identifier;
  readonly from?: readonly Binding[];
  readonly body: readonly Statement[];
}
export interface Binding {
  readonly kind: "Binding";
  readonly span: Span;
  readonly name: Identifier;
  readonly value: Expression;
}
/** `all except ["a.**"]`, a suffix of a pattern or of a list of patterns. */
export interface ExceptExpression {
  readonly kind: "Except";
  readonly span: Span;
  readonly base: Expression;
  readonly exceptions: Expression;
}
/**
 * Replaces an expression that recovery did not find. Later stages ignore it silently, because the parser has reported
 * it.
 */
export interface ErrorExpression {
  readonly kind: "Error";
  readonly span: Span;
}

export type Expression =
  | NumberExpression
  | StringExpression
  | BooleanExpression
  | NoneExpression
  | NameExpression
  | ListExpression
  | MapExpression
  | RangeExpression
  | TupleExpression
  | UnaryExpression
  | BinaryExpression
  | IfExpression
  | OptionalExpression
  | PipeExpression
  | MemberExpression
  | CallExpression
  | RepeatExpression
  | ExceptExpression
  | ErrorExpression;

export type Node =
  | SpecificationFile
  | Declaration
  | Statement
  | Expression
  | TypeExpression
  | Identifier
  | Parameter
  | Entry
  | Argument
  | Binding;
