import type { Identifier } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { report } from "./elaboration.ts";
import { type Frame, frameAt } from "./frame.ts";
import { emit, reshape } from "./stream-ops.ts";
import { type Stream, type Value, describe, describeStream, poison, shapeOf, streamValue } from "./value.ts";

/** The value of `met.seen`, `read.cls`, `task.index` or `streams.first`. */
export function memberOf(frame: Frame, object: Value, member: Identifier): Value {
  const { name } = member;
  switch (object.kind) {
    case "poison":
      return poison;
    case "absent":
      return object;
    case "record": {
      const field = object.fields.get(name);
      return field ?? unknown(frame, member, object.what, [...object.fields.keys()]);
    }
    case "tuple":
    case "list": {
      const index =
        name === "first"
          ? 0
          : name === "last"
            ? object.items.length - 1
            : object.kind === "tuple"
              ? (object.names ?? []).indexOf(name)
              : -1;
      return (
        object.items[index] ??
        unknown(frame, member, describe(object), [
          ...(object.kind === "tuple" ? (object.names ?? []).filter((known) => known !== undefined) : []),
          "first",
          "last",
        ])
      );
    }
    case "stream": {
      const position = name === "first" ? 0 : object.stream.positions.get(name);
      if (position === undefined || object.stream.kind !== "tokens")
        return unknown(frame, member, describeStream(object.stream), [
          ...object.stream.positions.keys(),
          ...(object.stream.kind === "tokens" ? ["first"] : []),
        ]);
      return streamValue(tokenAt(frame, object.stream, position, member));
    }
    default:
      return unknown(frame, member, describe(object), []);
  }
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

function unknown(frame: Frame, member: Identifier, of: string, known: readonly string[]): Value {
  report(frame, "unknown_member", member.span, {
    member: member.name,
    of,
    nearest: nearest(member.name, known),
    known: known.map((name) => `.${name}`).join(", "),
  });
  return poison;
}
