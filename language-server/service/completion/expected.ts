import type { BlockDeclaration, TypeExpression } from "../../../grammar/ast.ts";
import type { FamilyName } from "../../../compiler/schema/families.ts";
import { schema } from "../../../compiler/schema/schema.ts";
import type {
  CallableDefinition,
  CallableTable,
  OptionDefinition,
  OptionTable,
  ValueType,
} from "../../../compiler/schema/types.ts";

/** The value that an operand must be. */
export type Expected =
  /** The value of an option. `of` is the option with its owner: `task.head`, `optimizer.adamw.rate`. */
  | {
      readonly kind: "option";
      readonly type: ValueType;
      readonly of: string;
      readonly definition?: OptionDefinition | undefined;
    }
  /** A value of one of several types: of a param, or of the parameters that a positional argument may be for. */
  | {
      readonly kind: "typed";
      readonly types: readonly TypeExpression[];
      /** Words are written in quotes: the value of a param in a stage is evaluated outside of the param. */
      readonly words?: "quoted";
    }
  /** Any expression, or one that is a stream, a layer, a number or a condition. */
  | { readonly kind: "any" | "stream" | "layer" | "number" | "condition" }
  /** A value that is compared with the value of a name. */
  | { readonly kind: "compared"; readonly with: string }
  /** A type: of a param, of a parameter, or of the result of a block. */
  | { readonly kind: "type"; readonly of: "param" | "parameter" | "result" }
  /** The path of a specification. */
  | { readonly kind: "specification" };

/** The meaning of the name before the arguments of a call. */
export type Callee =
  | {
      readonly kind: "member";
      readonly family: FamilyName;
      readonly name: string;
      readonly definition: CallableDefinition;
    }
  /** `name` is that of the block, or of the layer that is one. In a pipeline, the first stream is the value before the arrow. */
  | { readonly kind: "block"; readonly name: string; readonly block: BlockDeclaration; readonly piped: "yes" | "no" }
  | { readonly kind: "repeat" };

/** A type with its alternatives and the elements of its lists, which may be written without brackets. */
export function typesWithin(type: ValueType): readonly ValueType[] {
  if (type.kind === "either") return type.types.flatMap(typesWithin);
  return type.kind === "list" ? [type, ...typesWithin(type.element)] : [type];
}

/** The families of which an option takes members. */
export function familiesOf(expected: Expected | undefined): readonly FamilyName[] {
  if (expected?.kind === "typed")
    return expected.types.some((type) => namedType(type) === "initializer") ? ["initializer"] : [];
  if (expected?.kind !== "option") return [];
  if (isLoss(expected)) return ["loss"];
  return typesWithin(expected.type).flatMap((type) => (type.kind === "call" ? [type.family] : []));
}

export function isLoss(expected: Expected): boolean {
  return expected.kind === "option" && (expected.of === "task.loss" || expected.of === "stage.loss");
}

export function membersOf(family: FamilyName): CallableTable {
  return schema.families[family];
}

/** The options of a declaration by its word: `task`, `dataset` and `stage` have some. */
export function optionsOfDeclaration(word: string): OptionTable | undefined {
  const tables: { readonly [word: string]: OptionTable } = schema.declarations;
  return Object.hasOwn(tables, word) ? tables[word] : undefined;
}

/** The value of one element, where a list is written. */
export function elementOf(expected: Expected | undefined): Expected | undefined {
  if (expected?.kind === "typed") return { kind: "typed", types: expected.types.map(elementOfType) };
  if (expected?.kind !== "option") return expected;
  const alternatives = expected.type.kind === "either" ? expected.type.types : [expected.type];
  const lists = alternatives.flatMap((type) => (type.kind === "list" ? [type.element] : []));
  const [only] = lists;
  if (!only) return expected;
  return { ...expected, type: lists.length === 1 ? only : { kind: "either", types: lists } };
}

function elementOfType(type: TypeExpression): TypeExpression {
  if (type.kind === "OptionalType") return elementOfType(type.inner);
  return type.kind === "ListType" ? type.element : type;
}

/** The name of a type, without `optional`. */
export function namedType(type: TypeExpression): string | undefined {
  if (type.kind === "OptionalType") return namedType(type.inner);
  return type.kind === "NamedType" ? type.name.name : undefined;
}
