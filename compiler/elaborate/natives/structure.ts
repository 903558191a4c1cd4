import { sameShape } from "../../graph/graph.ts";
import { applyLayer } from "../apply.ts";
import { maskOf } from "../presence.ts";
import { batched, cast, streamOf } from "../stream-ops.ts";
import { labelOf } from "../repeat.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import {
  type LayerValue,
  type Value,
  describe,
  labelled,
  none,
  number,
  poison,
  shapeOf,
  streamValue,
  string,
} from "../value.ts";
import { blockPath } from "../elaboration.ts";
import { isCombinator } from "../callable.ts";
import { isStreamType } from "../../resolve/parameter-type.ts";
import { inside, lookUp } from "../frame.ts";
import type { Native, NativeCall } from "./native.ts";

function native(apply: (call: NativeCall) => Value, accepts: Pick<Native, "accepts"> = {}): Native {
  return { naming: "segment", apply, ...accepts };
}
const ofIds = { accepts: "ids" } as const;
function transparent(apply: (call: NativeCall) => Value): Native {
  return { naming: "transparent", accepts: "anything", apply };
}

/** A size of a stream as a compile-time number. */
function size(axis: (rank: number) => number): Native {
  return native((call) => {
    const shape = shapeOf(call.stream("x"));
    const length = shape[axis(shape.length)];
    return length === undefined
      ? call.mismatch(`"${call.callable.name}"`, describe(call.value("x")), "a stream that has this axis")
      : number(length);
  }, ofIds);
}

const itemsOf = (value: Value): readonly Value[] =>
  value.kind === "list" || value.kind === "tuple"
    ? value.items
    : value.kind === "record"
      ? [...value.fields.values()]
      : [value];

/** Applies one layer to every element of a list. An element's label is part of the names of its weights. */
const each = transparent((call) => {
  const items = itemsOf(call.value("streams")).map((item, index): Value => {
    const frame = inside(call.frame, labelOf(item, index));
    const result = applyLayer(frame, call.layer("layer"), [{ value: item, at: call.at }], { segment: "none" });
    return labelled(result, item.kind === "stream" ? item.stream.label : undefined);
  });
  return items.some((item) => item.kind === "poison") ? poison : { kind: "list", items };
});

/**
 * Gives each task its own weights. A block that is a stream by itself is applied at once; one that needs an input stays
 * a layer.
 */
function perTask(call: NativeCall, tasks: "current" | readonly string[]): Value {
  const layer: LayerValue = { kind: "per_task", of: call.layer("layer"), tasks };
  return needsStream(layer.of) ? { kind: "layer", layer } : applyLayer(call.frame, layer, []);
}

/** The tasks that are listed, in the order of the specification, or all of them. */
const allTasks = transparent((call) => {
  const { task } = call.elaboration;
  if (!task) {
    call.report("task_outside", { name: "all_tasks" });
    return poison;
  }
  const given = call.value("tasks");
  if (given.kind === "none") return perTask(call, task.all);
  const names = namesOf(given);
  for (const name of names) {
    if (task.all.includes(name)) continue;
    call.report("unknown_choice", {
      what: "A task of this list",
      value: name,
      choices: task.all.join(", "),
      nearest: nearest(name, task.all),
    });
    return poison;
  }
  return perTask(
    call,
    task.all.filter((name) => names.includes(name)),
  );
});

const namesOf = (value: Value): readonly string[] =>
  itemsOf(value).map((item) => (item.kind === "string" ? item.value : ""));

function needsStream(given: LayerValue): boolean {
  let layer = given;
  while (layer.kind === "named" || layer.kind === "given" || layer.kind === "instance") layer = layer.of;
  return (
    layer.kind !== "partial" ||
    isCombinator(layer.callable) ||
    layer.callable.parameters.some((parameter) => isStreamType(parameter.type))
  );
}

const stack = transparent((call) => ({
  kind: "layer",
  layer: {
    kind: "composition",
    parts: call.elaboration.work
      .joined(itemsOf(call.value("layers")), [])
      .flatMap((item) => (item.kind === "layer" ? [item.layer] : [])),
  },
}));

const forTasks = transparent((call) => {
  const names = namesOf(call.value("tasks"));
  const { task } = call.elaboration;
  return task && names.includes(task.name)
    ? call.value("x")
    : { kind: "absent", what: "The stream of `for_tasks`", optional: false };
});

const item = native((call) => {
  const items = itemsOf(call.value("list"));
  return (
    items[call.number("index")] ??
    call.mismatch("An element of a list", `number ${call.number("index")}`, `a list of ${items.length}`)
  );
});

/** The name of a stream, as `each` names weights by it. */
const nameOf = native((call) => {
  const { label } = call.stream("x");
  return label === undefined
    ? call.mismatch('"name_of"', describe(call.value("x")), "a stream that has a name, such as one of `all_tasks`")
    : string(label);
}, ofIds);

/** The stream of a list that has a name. */
const named = native((call) => {
  const name = call.choice("name");
  const streams = call.streams("streams");
  const found = streams.find(({ label }) => label === name);
  if (found) return streamValue(found);
  const known = streams.flatMap(({ label }) => (label === undefined ? [] : [label]));
  call.report("unknown_choice", {
    what: "The name of a stream of this list",
    value: name,
    choices: known.join(", "),
    nearest: nearest(name, known),
  });
  return poison;
}, ofIds);

/** `{heads}` in its message is replaced by the number of that name in the block that calls it. */
const require = native((call) => {
  if (!call.flag("condition")) {
    const { calls, locals } = call.frame;
    const message = call.choice("message").replaceAll(/\{(\w+)\}/gu, (hole, name: string) => {
      const value = lookUp(locals, name);
      return value?.kind === "number" ? String(value.value) : hole;
    });
    call.reportForCaller("requirement", { message, path: blockPath({ calls: calls.slice(0, -1) }) });
    return poison;
  }
  return none;
});

/** The warning of the standard library about a detail of a paper. */
const warnSingleSymmetric = native((call) => {
  call.reportForCaller("single_symmetric_fusion", {});
  return none;
});

/** Names a token position: `with_cls` calls the first one `cls`. */
const mark = native((call) => {
  const x = call.stream("x");
  const [at, length = 0] = [call.number("at"), shapeOf(x)[0]];
  if (at >= length)
    return call.mismatch(
      "A named position",
      `number ${at}`,
      describe(call.value("x")),
      `Positions are counted from 0 to ${length - 1}.`,
    );
  return streamValue({ ...x, positions: new Map([...x.positions, [call.choice("name"), at]]) });
});

/** The mask of tokens as numbers [N], or none if all tokens are present in every row. */
const mask = native((call) => {
  const x = call.stream("x");
  const there = maskOf(call.frame, x);
  return there ? streamValue(streamOf(there, "batched")) : none;
}, ofIds);

/** Gives a tensor the mask, positions and label of tokens of the same length. */
const like = native((call) => {
  const [x, source] = [call.stream("x"), call.stream("source")];
  const kind = shapeOf(x).length === 2 ? "tokens" : x.kind;
  return streamValue({
    ...x,
    kind,
    positions: source.positions,
    ...(source.mask ? { mask: source.mask } : {}),
    ...(source.segments ? { segments: source.segments } : {}),
    ...(source.label === undefined ? {} : { label: source.label }),
  });
}, ofIds);

const segmentIds = native((call) => {
  const x = call.stream("x");
  if (!x.segments) return none;
  return streamValue({
    kind: "ids",
    value: x.segments.ids,
    batch: x.batch,
    positions: new Map(),
    vocabulary: x.segments.count,
    ...(x.mask ? { mask: x.mask } : {}),
  });
}, ofIds);

/** Tokens with a mask that keeps those of one segment. */
const segment = native((call) => {
  const x = call.stream("x");
  const index = call.number("index");
  if (!x.segments)
    return call.mismatch(
      "A segment",
      describe(call.value("x")),
      "tokens of a text with several segments",
      "Declare the text with `segments: 2`, and make its tokens by `embed`.",
    );
  const { ids, count } = x.segments;
  if (index >= count) return call.mismatch("A segment", `number ${index}`, `a text of ${count}, counted from 0`);
  const own = cast(
    call.frame,
    call.emit("equal", [ids, call.emit("fill", [], { dtype: "int32", shape: [], value: index })], {}),
    "float32",
  );
  const there = maskOf(call.frame, x);
  return streamValue({ ...x, mask: there ? call.emit("multiply", [there, own], {}) : own });
});

const numericValues = native((call) => {
  const { numbers, batch } = call.stream("x");
  return numbers ? streamValue({ kind: "vector", value: numbers, batch, positions: new Map() }) : none;
}, ofIds);

const boxes = native((call) => {
  const { boxes: places, ...x } = call.stream("x");
  return places
    ? streamValue({ ...x, kind: "tokens", value: places })
    : call.mismatch('"boxes"', describe(call.value("x")), "regions, which have boxes");
});

/** Tokens with a mask that keeps those where a tensor of their length is 1. */
const masked = native((call) => {
  const [x, there] = [batched(call.frame, call.stream("x")), batched(call.frame, call.stream("mask"))];
  const length = shapeOf(x)[0] ?? 0;
  if (!sameShape(shapeOf(there), [length]))
    return call.mismatch(
      "A mask",
      describe(call.value("x")),
      describe(call.value("mask")),
      "It has one number for each token.",
    );
  return streamValue({ ...x, mask: there.value });
});

const vocabulary = native((call) => {
  const { vocabulary: rows } = call.stream("x");
  return rows === undefined
    ? call.mismatch('"vocabulary"', describe(call.value("x")), "ids, which have a vocabulary")
    : number(rows);
});

export const structureNatives: { readonly [name: string]: Native } = {
  width: size((rank) => rank - 1),
  length: size(() => 0),
  rows: size((rank) => rank - 3),
  columns: size((rank) => (rank < 3 ? -1 : rank - 2)),
  vocabulary,
  count: native((call) => number(itemsOf(call.value("list")).length)),
  item,
  name_of: nameOf,
  named,
  append: native((call) => ({
    kind: "list",
    items: call.elaboration.work.joined(itemsOf(call.value("list")), [call.value("value")]),
  })),
  floor: native((call) => number(Math.floor(call.number("value")))),
  ceil: native((call) => number(Math.ceil(call.number("value")))),
  each,
  per_task: transparent((call) => perTask(call, "current")),
  all_tasks: allTasks,
  stack,
  for_tasks: forTasks,
  first_present: native(
    (call) =>
      itemsOf(call.value("streams")).find((value) => value.kind === "stream") ?? {
        kind: "absent",
        what: "Every stream of `first_present`",
        optional: false,
      },
    { accepts: "anything" },
  ),
  require,
  warn_single_symmetric: warnSingleSymmetric,
  mark,
  mask,
  like,
  segment_ids: segmentIds,
  segment,
  numeric_values: numericValues,
  boxes,
  masked,
  repeated: native((call) => streamValue(batched(call.frame, call.stream("x")))),
};
