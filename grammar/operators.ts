import type { BinaryOperator, UnaryExpression } from "./ast.ts";

/**
 * Operators from the loosest to the tightest; `docs/grammar.md` prints this table. Calls and members bind more tightly.
 */
export const operatorLevels = [
  { kind: "infix", operators: ["except"] },
  { kind: "infix", operators: ["->"] },
  { kind: "infix", operators: ["or"] },
  { kind: "infix", operators: ["and"] },
  { kind: "prefix", operators: ["not"] },
  { kind: "comparison", operators: ["==", "!=", "<", "<=", ">", ">="] },
  { kind: "range", operators: [".."] },
  { kind: "infix", operators: ["+", "-"] },
  { kind: "infix", operators: ["*", "/"] },
  { kind: "prefix", operators: ["-"] },
  { kind: "prefix", operators: ["optional"] },
] as const;

type Level = (typeof operatorLevels)[number];
export type PrefixOperator = UnaryExpression["operator"] | "optional";
export type InfixOperator = BinaryOperator | "->" | ".." | "except";

/** Binding power of an operator, and its associativity with operators of the same level. */
export interface Binding<Operator = PrefixOperator | InfixOperator> {
  readonly operator: Operator;
  readonly power: number;
  readonly kind: Level["kind"];
}

export const prefixBindings = tableOf((kind) => kind === "prefix") as ReadonlyMap<string, Binding<PrefixOperator>>;
export const infixBindings = tableOf((kind) => kind !== "prefix") as ReadonlyMap<string, Binding<InfixOperator>>;

function tableOf(wanted: (kind: Level["kind"]) => boolean): ReadonlyMap<string, Binding> {
  const levels = operatorLevels.map(({ kind, operators }, power) =>
    operators.map((operator) => ({ operator, power, kind })),
  );
  return new Map(
    levels
      .flat()
      .filter(({ kind }) => wanted(kind))
      .map((binding) => [binding.operator, binding]),
  );
}
