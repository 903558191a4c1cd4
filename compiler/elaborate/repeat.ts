import type { RepeatExpression } from "../../grammar/ast.ts";
import { runStatements } from "./body.ts";
import { report } from "./elaboration.ts";
import { chosenName } from "./choices.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, inside, withLocal } from "./frame.ts";
import { siteNames } from "./site-names.ts";
import { type Value, describe, number, poison, string } from "./value.ts";

/**
 * Makes the segment that a round adds to the names of weights, by the value of `share`. Rounds with equal segments
 * share their weights.
 */
const segments = {
  none: ({ segment }: Round, _index: number) => segment,
  all: () => undefined,
  after_first: (_round: Round, index: number) => String(Math.min(index, 1)),
};
type Sharing = keyof typeof segments;
const sharings: readonly string[] = Object.keys(segments);

/** Evaluates `x -> repeat(n) { … }`, which is a layer value if it has no input. */
export function repeatExpression(frame: Frame, expression: RepeatExpression, piped: Value | undefined): Value {
  const segment = frame.sites.get(expression);
  if (!piped && !expression.from) return { kind: "layer", layer: { kind: "repeat", expression, frame, segment } };
  if (piped?.kind === "absent") return piped;
  return runRepeat(inside(frame, segment), expression, piped);
}

/**
 * Unrolls the body. The carried value is `it`, or the names of `from`; each round adds its index to the names of
 * weights.
 */
export function runRepeat(frame: Frame, expression: RepeatExpression, piped: Value | undefined): Value {
  const rounds = roundsOf(frame, expression);
  const sharing = sharingOf(frame, expression);
  if (!rounds || !sharing) return poison;
  const names = expression.from?.map((binding) => binding.name.name) ?? ["it"];
  const outer: Frame = { ...frame, sites: siteNames(frame.elaboration, expression.body) };
  let carried: readonly Value[] = expression.from?.map((binding) => evaluate(frame, binding.value)) ?? [
    piped ?? poison,
  ];
  for (const [index, round] of rounds.entries()) {
    let scope = inside(outer, segments[sharing](round, index));
    if (expression.index) scope = withLocal(scope, expression.index.name, round.value);
    if (piped && expression.from) scope = withLocal(scope, "it", piped);
    for (const [position, name] of names.entries()) scope = withLocal(scope, name, carried[position] ?? poison);
    const next = runRound(scope, expression, names);
    if (!next) return poison;
    carried = next;
  }
  const [first = poison] = carried;
  return carried.length === 1 ? first : { kind: "tuple", items: carried, names };
}

/** Returns the values that a round carries to the next one, or `undefined` after an error, which is reported. */
function runRound(
  scope: Frame,
  { body, span }: RepeatExpression,
  names: readonly string[],
): readonly Value[] | undefined {
  const result = runStatements(scope, body);
  if (!result) {
    report(scope, "no_result", span, { name: "The body of `repeat`" });
    return undefined;
  }
  if (result.kind === "poison") return undefined;
  const values = names.length > 1 && (result.kind === "tuple" || result.kind === "list") ? result.items : [result];
  if (values.length === names.length) return values.some(({ kind }) => kind === "poison") ? undefined : values;
  report(scope, "wrong_type", span, {
    what: "The result of the body of `repeat`",
    expected: `${names.length} values (${names.join(", ")})`,
    found: describe(result),
  });
  return undefined;
}

/** The number of rounds that are allowed, since every round becomes a part of the graph. */
const most = 1000;

interface Round {
  readonly value: Value;
  readonly segment: string;
}

/** The rounds of `repeat(4)`, or of `repeat(streams)`, which iterates over a list whose labels name the weights. */
function roundsOf(frame: Frame, expression: RepeatExpression): readonly Round[] | undefined {
  const [count] = expression.arguments.filter((argument) => !argument.name);
  const value = count ? evaluate(frame, count.value) : poison;
  const isPlain = value.kind === "number" && value.measure === undefined;
  if (isPlain && value.value > most) {
    report(frame, "out_of_range", count?.span ?? expression.span, {
      what: "The count of `repeat`",
      value: value.value,
      range: `0..${most}`,
    });
    return undefined;
  }
  if (isPlain && Number.isInteger(value.value) && value.value >= 0) {
    return Array.from({ length: value.value }, (_, index) => ({ value: number(index), segment: String(index) }));
  }
  if (value.kind === "list") return value.items.map((item, index) => ({ value: item, segment: labelOf(item, index) }));
  if (!count)
    report(frame, "missing_option", expression.span, {
      option: "count",
      of: "`repeat`",
      doc: "how often the body runs.",
    });
  else if (value.kind !== "poison")
    report(frame, "wrong_type", count.span, {
      what: "The count of `repeat`",
      expected: "a whole number or a list",
      found: describe(value),
    });
  return undefined;
}

/** The name of a list's element in the names of weights: its label, or its index. */
export function labelOf(item: Value, index: number): string {
  return (item.kind === "stream" ? item.stream.label : undefined) ?? String(index);
}

function sharingOf(frame: Frame, expression: RepeatExpression): Sharing | undefined {
  const given = expression.arguments.find((argument) => argument.name);
  if (!given?.name) return "none";
  if (given.name.name !== "share") {
    report(frame, "unknown_option", given.name.span, { option: given.name.name, of: "`repeat`", known: "share" });
    return undefined;
  }
  const choice = chosenName(frame.elaboration, given.value, sharings);
  const value = choice === undefined ? evaluate(frame, given.value) : string(choice);
  if (value.kind === "none") return "none";
  if (value.kind === "string" && isSharing(value.value)) return value.value;
  if (value.kind !== "poison")
    report(frame, "unknown_choice", given.value.span, {
      what: '"share" of `repeat`',
      value: value.kind === "string" ? value.value : describe(value),
      choices: sharings.join(", "),
    });
  return undefined;
}

function isSharing(name: string): name is Sharing {
  return sharings.includes(name);
}
