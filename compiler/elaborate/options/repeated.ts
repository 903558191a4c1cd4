import type { Entry, Expression, Identifier, TypeExpression } from "../../../grammar/ast.ts";
import { keyOf } from "../../../grammar/written-names.ts";
import { type Elaboration, report } from "../elaboration.ts";
import type { Frame } from "../frame.ts";
import type { AnyValue } from "../../schema/types.ts";

/** Reports an element that a list has twice. `values` gives the values to compare for each item. */
export function reportRepeated(
  frame: Frame,
  what: string,
  items: readonly Pick<Expression, "span">[],
  values: readonly AnyValue[],
): void {
  forEachRepeated(
    frame.elaboration,
    values.map((value) => JSON.stringify(value)),
    (at, first) => {
      const [item, before] = [items[at], items[first]];
      if (item && before)
        report(frame, "repeated_element", item.span, { what, element: shown(values[at] ?? null) }, [
          { at: before.span, message: "here it is first" },
        ]);
    },
  );
}

/** Reports a key that a map has twice. */
export function reportTwice(frame: Frame, entries: readonly Entry[]): void {
  forEachRepeated(frame.elaboration, entries.map(keyOf), (at, first) => {
    const [entry, before] = [entries[at], entries[first]];
    if (entry && before)
      report(frame, "duplicate_option", entry.key.span, { option: keyOf(entry) }, [
        { at: before.key.span, message: "here it is first" },
      ]);
  });
}

/** A choice that a type has twice: `one of [relu, relu]`. */
export function reportRepeatedChoices(
  frame: Frame,
  { name, type }: { readonly name: Identifier; readonly type: TypeExpression },
): void {
  if (type.kind === "OptionalType") reportRepeatedChoices(frame, { name, type: type.inner });
  else if (type.kind === "ListType") reportRepeatedChoices(frame, { name, type: type.element });
  else if (type.kind === "OneOfType")
    reportRepeated(
      frame,
      `"${name.name}"`,
      type.options,
      type.options.map((option) => (option.kind === "String" ? option.value : option.name)),
    );
}

function forEachRepeated(
  { rules }: Elaboration,
  values: readonly string[],
  tell: (at: number, first: number) => void,
): void {
  if (rules.twice === "passed") return;
  const firsts = new Map<string, number>();
  for (const [at, value] of values.entries()) {
    const first = firsts.get(value);
    if (first === undefined) firsts.set(value, at);
    else tell(at, first);
  }
}

/** The text of a name as it is written, or the name that a call calls. */
function shown(value: AnyValue): string {
  if (typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string")
    return value.kind;
  return JSON.stringify(value);
}
