import type { CodeActionSource } from "./code-action.ts";
import { replaced } from "./snippets.ts";

/** `10%` becomes `0.1`, and the other way round. */
export const percent: CodeActionSource = {
  name: "percent",
  kind: "refactor.rewrite",
  find({ expression }) {
    if (expression?.kind !== "Number") return [];
    const { value, unit, span } = expression;
    const digits = (number: number): string => String(Number(number.toPrecision(12)));
    if (unit === "%") return [{ title: "Write a fraction", edits: [replaced(span, digits(value / 100))] }];
    if (unit !== undefined || value <= 0 || value >= 1) return [];
    return [{ title: "Write a percentage", edits: [replaced(span, `${digits(value * 100)}%`)] }];
  },
};
