import type { Identifier } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { report } from "./elaboration.ts";
import { type Frame, frameAt } from "./frame.ts";
import { emit, reshape } from "./stream-ops.ts";
import { type Stream, type Value, type ValueOf, describe, poison, shapeOf, streamValue } from "./value.ts";

/** The names of a value's members, for messages, and the member that is asked for. */
interface Members {
  readonly names: readonly string[];
  readonly found: Value | undefined;
}

const membersOf: {
  readonly [Kind in Value["kind"]]?: (object: ValueOf<Kind>, member: Identifier, frame: Frame) => Members;
} = {
  record: ({ fields }, { name }) => ({ names: [...fields.keys()], found: fields.get(name) }),
  tuple: ({ items, names = [] }, { name }) => ({
    names: [...names.filter((known) => known !== undefined), "first", "last"],
    found: firstOrLast(items, name) ?? items[names.indexOf(name)],
  }),
  list: ({ items }, { name }) => ({ names: ["first", "last"], found: firstOrLast(items, name) }),
  stream: ({ stream }, member, frame) => {
    const names = [...stream.positions.keys()];
    if (stream.kind !== "tokens") return { names, found: undefined };
    const position = member.name === "first" ? 0 : stream.positions.get(member.name);
    const found = position === undefined ? undefined : streamValue(tokenAt(frame, stream, position, member));
    return { names: [...names, "first"], found };
  },
};

/** The names that may follow a value and a point. */
export function partNames(value: Value): readonly string[] {
  switch (value.kind) {
    case "record":
      return [...value.fields.keys()];
    case "tuple":
      return [...(value.names ?? []).flatMap((name) => name ?? []), "first", "last"];
    case "list":
      return ["first", "last"];
    case "stream":
      return value.stream.kind === "tokens" ? [...value.stream.positions.keys(), "first"] : [];
    default:
      return [];
  }
}

/** The value of `met.seen`, `read.cls`, `task.index` or `streams.first`. */
export function memberOf(frame: Frame, object: Value, member: Identifier): Value {
  if (object.kind === "poison" || object.kind === "absent") return object;
  const look = membersOf[object.kind] as ((object: Value, member: Identifier, frame: Frame) => Members) | undefined;
  const { names, found } = look?.(object, member, frame) ?? { names: [], found: undefined };
  if (found) return found;
  report(frame, "unknown_member", member.span, {
    member: member.name,
    of: describe(object),
    nearest: nearest(member.name, names),
    known: names.map((name) => `.${name}`).join(", "),
  });
  return poison;
}

function firstOrLast(items: readonly Value[], name: string): Value | undefined {
  return name === "first" ? items[0] : name === "last" ? items.at(-1) : undefined;
}

/** One token as a vector. */
function tokenAt(frame: Frame, tokens: Stream, position: number, member: Identifier): Stream {
  const [, width = 0] = shapeOf(tokens);
  const lead = tokens.batch === "batched" ? [frame.elaboration.batch] : [];
  const starts = [...lead.map(() => 0), position, 0];
  const here = frameAt(frame, member.span);
  const row = emit(here, "slice", [tokens.value], { starts, sizes: [...lead, 1, width] });
  return {
    kind: "vector",
    value: reshape(here, row, [...lead, width]),
    batch: tokens.batch,
    positions: new Map(),
    ...(tokens.presence ? { presence: tokens.presence } : {}),
    ...(tokens.label === undefined ? {} : { label: tokens.label }),
  };
}
