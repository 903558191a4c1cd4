import { progressScalar } from "../../features/features.ts";
import type { ByteMove, Value as GraphValue } from "../../graph/graph.ts";
import type { LayerValue, Value } from "../value.ts";
import { poison, shapeOf, streamValue } from "../value.ts";
import { dropped, randomBytes } from "../dropout.ts";
import { broadcastBinary, cast, streamOf } from "../stream-ops.ts";
import { declareWeight } from "../weights.ts";
import { WeightNames } from "../../check/weight-names.ts";
import { globMatches } from "../../stage/weight-patterns.ts";
import { blockPath, modeAt } from "../elaboration.ts";
import { drawnRate } from "./drawn-rate.ts";
import type { Native } from "./native.ts";

/** A weight as a stream: `learned(4, 96)` is four tokens, `learned(96)` a vector. */
const learned: Native = {
  naming: "segment",
  apply: (call) => {
    const width = call.value("width");
    const shape = [call.number("count"), ...(width.kind === "number" ? [width.value] : [])];
    const initializer = call.value("init");
    if (initializer.kind !== "initializer") return poison;
    const stream = declareWeight(call.frame, {
      name: [...call.frame.path, "value"].join("."),
      kind: "weight",
      shape,
      initializer: initializer.initializer,
      at: call.callable.declaration.span,
    });
    return stream ? streamValue(stream) : poison;
  },
};

const dropout: Native = {
  naming: "segment",
  apply: (call) => {
    const over = call.choice("over") === "example" ? "example" : "elements";
    const rescale = call.flag("rescale") ? "rescaled" : "as_they_are";
    return streamValue(dropped(call.frame, call.stream("x"), { rate: call.number("rate"), over, kept: rescale }));
  },
};

/** A matrix to which an update is added. A product with rows takes them apart in training, if the update has dropout. */
const withUpdate: Native = {
  naming: "transparent",
  apply: (call) => {
    const [matrix, update, rate] = [call.stream("matrix"), call.stream("update"), call.number("dropout")];
    const sum = broadcastBinary(call.frame, "add", matrix, update);
    if (!sum) return poison;
    const hasDropout = rate > 0 && modeAt(call.frame) === "train";
    return streamValue(hasDropout ? { ...sum, update: { matrix, update, rate, path: call.frame.path } } : sum);
  },
};

/**
 * Stochastic prediction dropout (Liu et al., 2018, §3.4): each of `count` stays with the chance 1 − rate, and one that
 * is drawn from 65,536 numbers stays in any case.
 */
const keepSome: Native = {
  naming: "segment",
  apply: (call): Value => {
    const count = call.number("count");
    const rate = drawnRate(call.number("rate"), call.elaboration.rules);
    if (!rate || modeAt(call.frame) !== "train") {
      return streamValue({
        kind: "vector",
        value: call.emit("fill", [], { dtype: "float32", shape: [count], value: 1 }),
        batch: "shared",
        positions: new Map(),
      });
    }
    const { batch } = call.elaboration;
    const drawn = (size: number, moved: ByteMove | undefined): GraphValue =>
      cast(call.frame, randomBytes(call.frame, [size], moved).value, "float32");
    const part = (bytes: GraphValue, start: number, size: number): GraphValue =>
      call.emit("slice", [bytes], { starts: [0, start], sizes: [batch, size] });
    const number = (value: number): GraphValue => call.emit("fill", [], { dtype: "float32", shape: [], value });
    const above = (value: GraphValue, bound: GraphValue): GraphValue =>
      cast(call.frame, call.emit("greater", [value, bound], {}), "float32");
    const bounds = (from: number): GraphValue =>
      call.emit("constant", [], {
        dtype: "float32",
        shape: [count],
        data: call.constants(count).map((_, place) => ((place + from) * 65536) / count - 0.5),
      });
    // Moved bytes can only serve a rate.
    const both = rate.moved ? undefined : drawn(count + 2, undefined);
    const chances = both ? part(both, 0, count) : drawn(count, rate.moved);
    const lots = both ? part(both, count, 2) : drawn(2, undefined);
    const lot = call.emit("add", [call.emit("multiply", [part(lots, 0, 1), number(256)], {}), part(lots, 1, 1)], {});
    const always = call.emit("subtract", [above(lot, bounds(0)), above(lot, bounds(1))], {});
    const kept = call.emit("maximum", [above(chances, number(rate.below)), always], {});
    return streamValue({ kind: "vector", value: kept, batch: "batched", positions: new Map() });
  },
};

/** Fixed sine and cosine positions (Vaswani et al., 2017, §3.5): even columns sine, odd ones cosine. */
const sinusoids: Native = {
  naming: "segment",
  apply: (call) => {
    const [length, width] = [call.number("length"), call.number("width")];
    const data = call.constants(length * width);
    for (let position = 0; position < length; position++) {
      for (let column = 0; column < width; column++) {
        const angle = position / 10_000 ** ((column - (column % 2)) / width);
        data[position * width + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
    const value = call.emit("constant", [], { dtype: "float32", shape: [length, width], data });
    return streamValue({ kind: "tokens", value, batch: "shared", positions: new Map() });
  },
};

/** Numbers at equal distances, both ends included. */
const linspace: Native = {
  naming: "segment",
  apply: (call) => {
    const [from, to, count] = [call.number("from"), call.number("to"), call.number("count")];
    const data = call.constants(count).map((_, place) => from + (place * (to - from)) / Math.max(count - 1, 1));
    return streamValue({
      kind: "vector",
      value: call.emit("constant", [], { dtype: "float32", shape: [count], data }),
      batch: "shared",
      positions: new Map(),
    });
  },
};

/** A weight of a declared layer, from the application that created it, since only there its shape is known. */
const weightOf: Native = {
  naming: "transparent",
  apply: (call) => {
    const [path, name] = [instancePath(call.layer("layer")), call.choice("name")];
    const weight = path && call.elaboration.weights.get([...path, name].join("."));
    if (weight) return streamValue(weight.read);
    const layer = path?.join(".");
    const message =
      layer === undefined
        ? `Only a declared \`layer\` can lend its weight "${name}".`
        : `The layer "${layer}" has no weight "${name}" here: the task must have applied it before, as \`embed\` makes its "table" of ids.`;
    const { calls } = call.frame;
    call.reportForCaller("requirement", { message, path: blockPath({ calls: calls.slice(0, -1) }) });
    return poison;
  },
};

/** The weights of the task whose names match, in the order of their first use. Before the predictions, which a loss follows, not all of them exist. */
const weights: Native = {
  naming: "segment",
  apply: (call) => {
    const { weights: all, builder, task, work } = call.elaboration;
    const pattern = call.choice("pattern").replaceAll("{task}", task?.name ?? "");
    if (!builder.outputs.some(({ role }) => role.kind === "prediction")) {
      const message = "`weights` is for losses: only there, all weights of a task exist.";
      call.reportForCaller("requirement", { message, path: "" });
      return poison;
    }
    const own = [...all].filter(([, { declaration }]) => declaration.ofTeacher === undefined);
    const names = new WeightNames(
      own.map(([name]) => name),
      work,
    );
    const at = { span: call.at };
    if (!names.has(pattern, at)) {
      call.report("pattern_matches_nothing", { pattern, nearest: names.nearest(pattern, at) });
      return poison;
    }
    const found = own.filter(([name, { declaration }]) => declaration.kind === "weight" && globMatches(pattern, name));
    return { kind: "list", items: found.map(([, { stream }]) => streamValue(stream)) };
  },
};

/**
 * Normally distributed numbers in the shape of a stream, drawn anew for each step by the method of Box and Muller (1958) from two bytes each; 0 outside of
 * training.
 */
const noise: Native = {
  naming: "segment",
  apply: (call) => {
    const x = call.stream("x");
    const shape = shapeOf(x);
    if (modeAt(call.frame) !== "train")
      return streamValue(
        streamOf(call.emit("fill", [], { dtype: "float32", shape: x.value.shape, value: 0 }), x.batch, x),
      );
    const number = (value: number): GraphValue => call.emit("fill", [], { dtype: "float32", shape: [], value });
    const uniform = (): GraphValue => {
      const bytes = cast(call.frame, randomBytes(call.frame, shape, undefined).value, "float32");
      return call.emit("multiply", [call.emit("add", [bytes, number(0.5)], {}), number(1 / 256)], {});
    };
    const length = call.emit("sqrt", [call.emit("multiply", [call.emit("log", [uniform()], {}), number(-2)], {})], {});
    const angle = call.emit("cos", [call.emit("multiply", [uniform(), number(2 * Math.PI)], {})], {});
    return streamValue(streamOf(call.emit("multiply", [length, angle], {}), "batched", x));
  },
};

/** The fraction of the stage's updates that have been made; 1 outside of training. */
const progress: Native = {
  naming: "segment",
  apply: (call) => {
    const { mode, builder } = call.elaboration;
    const type = { dtype: "float32", shape: [] } as const;
    return streamValue({
      kind: "scalar",
      value:
        mode === "train"
          ? builder.input({ kind: "scalar", name: progressScalar }, type)
          : call.emit("fill", [], { ...type, value: 1 }),
      batch: "shared",
      positions: new Map(),
    });
  },
};

/** The path of a declared layer. */
export function instancePath(given: LayerValue): readonly string[] | undefined {
  let layer = given;
  while (layer.kind === "named" || layer.kind === "given") layer = layer.of;
  return layer.kind === "instance" ? layer.path : undefined;
}

export const sourceNatives: { readonly [name: string]: Native } = {
  learned,
  dropout,
  with_update: withUpdate,
  keep_some: keepSome,
  sinusoids,
  linspace,
  weight_of: weightOf,
  weights,
  progress,
  noise,
};
