import { define, didYouMean } from "../define.ts";
import { type Written, endBefore, misspelt, optionAdded, removed, replaced, saidIn } from "../fixes.ts";
import type { Fix } from "../diagnostic.ts";
import type { Nearest } from "../nearest.ts";

/** A fix for `"32"` where a number is expected. */
function numberWithoutQuotes(expected: string, written: Written): readonly Fix[] {
  const number = /^"(-?\d+(?:\.\d+)?%?)"$/u.exec(saidIn(written))?.[1];
  return number !== undefined && /^an? (?:whole )?(?:number|rate)/u.test(expected)
    ? replaced(written, number, "safe")
    : [];
}

/** A fix for `10` where a rate of 10% is expected. */
function asPercentage(value: number, range: string, written: Written): readonly Fix[] {
  const said = saidIn(written);
  return range === "0..1" && value <= 100 && said === String(value) ? replaced(written, `${said}%`, "guess") : [];
}

/** A fix that removes the second of two equal elements, with the comma before it. */
function withoutElement(written: Written): readonly Fix[] {
  const before = endBefore(written, written.at.start);
  return written.text.charAt(before - 1) === "," ? removed(written, before - 1, "safe") : [];
}

/** Arguments, options and compile-time values. */
export const options = {
  unknown_option: define<{
    option: string;
    of: string;
    nearest?: Nearest | undefined;
    /** The option that another kind of declaration has by this name: `weight` of `task`. */
    elsewhere?: { readonly option: string; readonly of: string } | undefined;
    known: string;
  }>({
    code: "MTL3001",
    severity: "error",
    message: ({ option, of }) => `${of} has no option "${option}".`,
    help: ({ nearest, elsewhere, known }) =>
      elsewhere === undefined
        ? (didYouMean(nearest) ?? `It has ${known}.`)
        : `"${elsewhere.option}" is an option of a ${elsewhere.of}.`,
    fixes: ({ option, nearest }, written) => misspelt(written, option, nearest),
  }),
  missing_option: define<{ option: string; of: string; doc?: string | undefined; example?: string | undefined }>({
    code: "MTL3002",
    severity: "error",
    message: ({ option, of }) => `${of} needs "${option}".`,
    help: ({ option, doc }) => `Add "${option}: …"${doc ? ` (${doc.replace(/\.$/u, "")}).` : "."}`,
    // An option that a block of the prelude lacks is reported at the call of another block.
    fixes: ({ option, of, example }, written) =>
      of.startsWith("The ") || saidIn(written).startsWith(of) ? optionAdded(written, option, example) : [],
  }),
  wrong_type: define<{ what: string; expected: string; found: string }>({
    code: "MTL3003",
    severity: "error",
    message: ({ what, expected, found }) => `${what} must be ${expected}; this is ${found}.`,
    help: () => undefined,
    fixes: ({ expected }, written) => numberWithoutQuotes(expected, written),
  }),
  out_of_range: define<{ what: string; value: number; range: string }>({
    code: "MTL3004",
    severity: "error",
    message: ({ what, value, range }) =>
      `${what} is ${value}; it must be ${range.includes("..") ? `within ${range}` : range}.`,
    help: () => undefined,
    fixes: ({ value, range }, written) => asPercentage(value, range, written),
  }),
  unknown_choice: define<{ what: string; value: string; choices: string; nearest?: Nearest | undefined }>({
    code: "MTL3005",
    severity: "error",
    message: ({ what, value }) => `${what} cannot be "${value}".`,
    help: ({ nearest, choices }) => didYouMean(nearest) ?? `Choose one of ${choices}.`,
    fixes: ({ value, nearest }, written) => misspelt(written, value, nearest),
  }),
  duplicate_option: define<{ option: string }>({
    code: "MTL3006",
    severity: "error",
    message: ({ option }) => `"${option}" is given twice.`,
    help: () => "Keep one of the two.",
  }),
  too_many_arguments: define<{ of: string; accepts: string }>({
    code: "MTL3007",
    severity: "error",
    message: ({ of }) => `${of} takes no further argument.`,
    help: ({ of, accepts }) => `${of} takes ${accepts}.`,
  }),
  not_callable: define<{ name: string | undefined; found: string }>({
    code: "MTL3008",
    severity: "error",
    message: ({ name, found }) => `${name === undefined ? "This" : `"${name}"`} is ${found}, not a block or a layer.`,
    help: () =>
      "Only blocks, layers and block parameters take a stream: `x -> f` or `f(x)`. Streams are added with `+` and joined with `concat(a, b)`.",
  }),
  not_compile_time: define<{ what: string }>({
    code: "MTL3009",
    severity: "error",
    message: ({ what }) => `${what} must be known at compile time, and a stream is not.`,
    help: () => "Use numbers, params and shapes (`width(x)`, `length(x)`) here.",
  }),
  unknown_member: define<{ member: string; of: string; nearest?: Nearest | undefined; known: string }>({
    code: "MTL3010",
    severity: "error",
    message: ({ member, of }) => `${of.replace(/^the /u, "The ")} has no "${member}".`,
    help: ({ nearest, known }) => didYouMean(nearest) ?? (known === "" ? undefined : `It has ${known}.`),
    fixes: ({ member, nearest }, written) => misspelt(written, member, nearest),
  }),
  unknown_param: define<{ name: string; nearest?: Nearest | undefined }>({
    code: "MTL3011",
    severity: "error",
    message: ({ name }) => `There is no param "${name}" to set.`,
    help: ({ nearest }) => didYouMean(nearest) ?? "Declare it with `param NAME = VALUE`.",
  }),
  unknown_setting: define<{ name: string; nearest?: Nearest | undefined; known: readonly string[] }>({
    code: "MTL3021",
    severity: "error",
    message: ({ name }) => `There is no task, data set, stage or modality "${name}" of which an option could be set.`,
    help: ({ nearest, known }) =>
      didYouMean(nearest) ??
      (known.length === 0 ? "Write `param NAME = VALUE`, and set the param." : `There are ${known.join(", ")}.`),
  }),
  setting_without_parts: define<{ path: string; part: string }>({
    code: "MTL3022",
    severity: "error",
    message: ({ path, part }) => `"${path}" has no "${part}" that could be set.`,
    help: ({ path }) =>
      `Set all of it, \`--set ${path}=VALUE\`, or write a param there and set the param. \`mtl expand\` shows every option with its value.`,
  }),
  bad_arithmetic: define<{ operator: string; left: string; right: string }>({
    code: "MTL3012",
    severity: "error",
    message: ({ operator, left, right }) => `"${operator}" cannot be applied to ${left} and ${right}.`,
    help: () => undefined,
  }),
  conflicting_options: define<{ first: string; second: string }>({
    code: "MTL3013",
    severity: "error",
    message: ({ first, second }) => `"${first}" and "${second}" cannot be used together.`,
    help: () => "Keep one of the two.",
  }),
  steps_or_epochs: define<{ stage: string }>({
    code: "MTL3014",
    severity: "error",
    message: ({ stage }) => `The stage "${stage}" has no length.`,
    help: () => 'Add "epochs: 5" or "steps: 1000".',
    fixes: (_, written) => [...optionAdded(written, "epochs", "5"), ...optionAdded(written, "steps", "1000")],
  }),
  bad_split: define<{ reason: string }>({
    code: "MTL3015",
    severity: "error",
    message: ({ reason }) => `The split is not valid: ${reason}.`,
    help: () =>
      'Write `split: { train: 80%, validation: 10%, test: 10% }`, with `group: "column"` if rows belong together, or `split: { column: "set" }`.',
  }),
  recursive_declaration: define<{ name: string; cycle: string }>({
    code: "MTL3016",
    severity: "error",
    message: ({ name, cycle }) => `"${name}" is defined in terms of itself: ${cycle}.`,
    help: () => "Remove the cycle; use `repeat` for a loop.",
  }),
  repeated_element: define<{ what: string; element: string }>({
    code: "MTL3018",
    severity: "error",
    message: ({ what, element }) => `${what} has ${element} twice.`,
    help: () => "Keep one of the two.",
    fixes: (_, written) => withoutElement(written),
  }),
  deprecated_option: define<{ option: string; current: string }>({
    code: "MTL3019",
    severity: "advice",
    message: ({ option, current }) => `"${option}" is now called "${current}".`,
    help: ({ current }) => `Write "${current}"; the earlier name has the same meaning.`,
    fixes: ({ current }, { at }) => [{ title: `Write "${current}"`, at, replacement: current, safety: "safe" }],
  }),
  numbers_unread: define<{ task: string; table: string; columns: readonly string[] }>({
    code: "MTL3020",
    severity: "warning",
    message: ({ task, table, columns }) =>
      `The task "${task}" does not read the numbers of the table "${table}": of ${columns.map((column) => `"${column}"`).join(", ")} it only learns whether a row has them.`,
    help: ({ table }) =>
      `Write \`embed_columns(width)\` for a token of each column, or \`as_vector\` for one vector of all. If the values do not matter, leave the columns out of "${table}".`,
  }),
  no_result: define<{ name: string }>({
    code: "MTL3017",
    severity: "error",
    message: ({ name }) => `${name} ends without a result.`,
    help: () => "A block ends with `return …`, the body of a `repeat` with a stream or with `yield`.",
  }),
  average_of_workers: define<{ stage: string }>({
    code: "MTL5145",
    severity: "error",
    message: ({ stage }) =>
      `"${stage}" keeps an average of the weights, but each of its tasks updates them by an optimizer of its own.`,
    help: () => "Leave `average` out, or write `step: joint`, whose steps are single updates.",
  }),
};
