import type { RepeatExpression } from "../../grammar/ast.ts";
import { type RepeatChoice, type RepeatOption, repeatOptions } from "../resolve/repeat-options.ts";
import { runStatements } from "./body.ts";
import { report } from "./elaboration.ts";
import { chosenName } from "./choices.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, inside, withLocal } from "./frame.ts";
import { siteNames } from "./site-names.ts";
import { type Value, describe, labelled, number, poison, string } from "./value.ts";

/**
 * Makes the segment that a round adds to the names of weights, by the value of `share`. Rounds with equal segments
 * share their weights.
 */
const segments: { readonly [Share in RepeatChoice<"share">]: (round: Round, index: number) => string | undefined } = {
  none: ({ segment }) => segment,
  all: () => undefined,
  after_first: (_round, index) => String(Math.min(index, 1)),
};

/** Makes the value of a carried name from its values after each round and from the one before the first. */
const kept: { readonly [Keep in RepeatChoice<"keep">]: (rounds: readonly Value[], before: Value) => Value } = {
  last: (rounds, before) => rounds.at(-1) ?? before,
  all: (rounds) => ({ kind: "list", items: rounds }),
};

/** Evaluates `x -> repeat(n) { … }`, which is a layer value if it has no input. */
export function repeatExpression(frame: Frame, expression: RepeatExpression, piped: Value | undefined): Value {
  const segment = frame.sites.get(expression);
  if (!piped && !expression.from) return { kind: "layer", layer: { kind: "repeat", expression, frame, segment } };
  if (piped?.kind === "absent") return piped;
  return runRepeat(inside(frame, segment), expression, piped);
}

/**
 * Unrolls the body. The carried value is `it`, or the names of `from`; each round adds its index to the names of
 * weights, and to the streams that `keep: all` keeps.
 */
export function runRepeat(frame: Frame, expression: RepeatExpression, piped: Value | undefined): Value {
  const rounds = roundsOf(frame, expression);
  const sharing = optionOf(frame, expression, "share");
  const keeping = optionOf(frame, expression, "keep");
  if (!rounds || !sharing || !keeping || !knowsOptions(frame, expression)) return poison;
  const names = expression.from?.map((binding) => binding.name.name) ?? ["it"];
  const outer: Frame = { ...frame, sites: siteNames(frame.elaboration, expression.body) };
  const before: readonly Value[] = expression.from?.map((binding) => evaluate(frame, binding.value)) ?? [
    piped ?? poison,
  ];
  let carried = before;
  const results: (readonly Value[])[] = [];
  for (const [index, round] of rounds.entries()) {
    let scope = inside(outer, segments[sharing](round, index));
    if (expression.index) scope = withLocal(scope, expression.index.name, round.value);
    if (piped && expression.from) scope = withLocal(scope, "it", piped);
    for (const [position, name] of names.entries()) scope = withLocal(scope, name, carried[position] ?? poison);
    const next = runRound(scope, expression, names);
    if (!next) return poison;
    carried = next;
    results.push(keeping === "all" ? next.map((value) => labelled(value, round.segment)) : next);
  }
  const items = before.map((value, position) =>
    kept[keeping](
      results.map((values) => values[position] ?? poison),
      value,
    ),
  );
  const [first = poison] = items;
  return items.length === 1 ? first : { kind: "tuple", items, names };
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

function optionOf<Option extends RepeatOption>(
  frame: Frame,
  expression: RepeatExpression,
  option: Option,
): RepeatChoice<Option> | undefined {
  const known: readonly RepeatChoice<Option>[] = repeatOptions[option];
  const given = expression.arguments.find(({ name }) => name?.name === option);
  if (!given) return known[0];
  const choice = chosenName(frame.elaboration, given.value, known);
  const value = choice === undefined ? evaluate(frame, given.value) : string(choice);
  if (value.kind === "none") return known[0];
  const found = known.find((each) => value.kind === "string" && value.value === each);
  if (found === undefined && value.kind !== "poison")
    report(frame, "unknown_choice", given.value.span, {
      what: `"${option}" of \`repeat\``,
      value: value.kind === "string" ? value.value : describe(value),
      choices: known.join(", "),
    });
  return found;
}

function knowsOptions(frame: Frame, expression: RepeatExpression): boolean {
  const options = Object.keys(repeatOptions);
  const unknown = expression.arguments.flatMap(({ name }) => (name && !options.includes(name.name) ? [name] : []));
  for (const { name, span } of unknown)
    report(frame, "unknown_option", span, { option: name, of: "`repeat`", known: options.join(", ") });
  return unknown.length === 0;
}
