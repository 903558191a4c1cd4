import type { BinaryOperator, UnaryExpression } from "./ast.ts";

/** Operators from the loosest to the tightest; `docs/grammar.md` prints this table. Calls and members bind tighter still. */
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

/** How tightly an operator binds, and whether it may stand beside one of its own level. */
export interface Binding {
  readonly power: number;
  readonly kind: Level["kind"];
}

export const prefixBindings = bindingsOf<PrefixOperator>((level) => level.kind === "prefix");
export const infixBindings = bindingsOf<InfixOperator>((level) => level.kind !== "prefix");

function bindingsOf<Operator extends string>(wanted: (level: Level) => boolean): ReadonlyMap<string, Binding & { readonly operator: Operator }> {
  return new Map(
    operatorLevels.flatMap((level, power) =>
      wanted(level)
        ? level.operators.map((operator) => [operator, { operator: operator as string as Operator, power, kind: level.kind }] as const)
        : [],
    ),
  );
}
