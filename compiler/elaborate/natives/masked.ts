import { reconstructionOf } from "../../targets/reconstruct.ts";
import type { TargetFeature } from "../../targets/target.ts";
import { blockPath } from "../elaboration.ts";
import { cast } from "../stream-ops.ts";
import { type Value, describe, poison, shapeOf, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";

type MadeFeatures = ReadonlyMap<string, TargetFeature>;

/**
 * A block that uses features which the reader makes of its input modality. It reports an error unless the task's target
 * is made of that modality.
 */
function ofMasked(parts: readonly string[], make: (call: NativeCall, features: MadeFeatures) => Value): Native {
  return {
    naming: "segment",
    accepts: "ids",
    apply: (call) => {
      const { label } = call.stream("x");
      const features = madeOf(call, label);
      if (parts.every((part) => features.has(part))) return make(call, features);
      // The options of the target do not fit the modality, which has been reported.
      if (call.elaboration.target?.outputs.length === 0) return poison;
      const kind = call.stream("x").kind === "ids" ? "masked" : "masked_values";
      const message = `\`${call.callable.name}\` is of the modality of which the task predicts hidden parts: its target must be \`${kind}(${label ?? "…"}, rate: 15%)\`.`;
      call.report("requirement", { message, path: blockPath(call.frame) });
      return poison;
    },
  };
}

/** The features that the model may read of a target that is made of this modality, by part. */
function madeOf({ elaboration: { target } }: NativeCall, modality: string | undefined): MadeFeatures {
  if (!target?.target.madeOf?.some((source) => source.modality === modality)) return new Map();
  return new Map(target.features.filter(({ use }) => use === "read").map((feature) => [feature.part, feature]));
}

function input(call: NativeCall, features: MadeFeatures, part: string) {
  const feature = features.get(part);
  if (!feature) throw new Error(`the target has no feature ${part}`);
  const { name, dtype, shape } = feature;
  return call.elaboration.builder.input(
    { kind: "feature", feature: name },
    { dtype, shape: [call.elaboration.batch, ...shape] },
  );
}

/** Positions of the hidden tokens or parts, as ids over all positions. Unused ones are masked. */
const maskedPositions = ofMasked(["positions", "mask"], (call, features) => {
  const { presence, label } = call.stream("x");
  const vocabulary = features.get("positions")?.below;
  return streamValue({
    kind: "ids",
    idsOf: "words",
    batch: "batched",
    positions: new Map(),
    value: input(call, features, "positions"),
    mask: cast(call.frame, input(call, features, "mask"), "float32"),
    ...(presence ? { presence } : {}),
    ...(label === undefined ? {} : { label }),
    ...(vocabulary === undefined ? {} : { vocabulary }),
  });
});

/** The stream without the parts that are hidden from the model: they leave its mask. */
const visible: Native = {
  naming: "transparent",
  accepts: "ids",
  apply: (call) => {
    const x = call.stream("x");
    const features = madeOf(call, x.label);
    const count = features.get("hidden")?.shape[0];
    if (count === undefined) return streamValue(x);
    if (shapeOf(x)[0] !== count)
      return call.mismatch('"visible"', describe(call.value("x")), `a stream of the ${count} parts of ${x.label}`);
    const hidden = cast(call.frame, input(call, features, "hidden"), "float32");
    const seen = call.emit("subtract", [call.emit("fill", [], { dtype: "float32", shape: [], value: 1 }), hidden], {});
    return streamValue({ ...x, mask: x.mask ? call.emit("multiply", [x.mask, seen], {}) : seen });
  },
};

/** The text before tokens were hidden. */
const original = ofMasked(["original"], (call, features) =>
  streamValue({ ...call.stream("x"), value: input(call, features, "original") }),
);

/** Positions of the values that the task reconstructs, as ids: those that are drawn in training, else all in order. */
const reconstructedPositions: Native = {
  naming: "segment",
  apply: (call) => {
    const { label } = call.stream("x");
    const { target, mode, modalities } = call.elaboration;
    const declared = target?.declared;
    const made =
      declared?.kind === "reconstruct" && declared.modality === label && modalities
        ? reconstructionOf(declared, { modalities: Object.fromEntries(modalities), mode })
        : undefined;
    // A target that could not be resolved has been reported.
    if (!target) return poison;
    if (!made) {
      const message = `\`${call.callable.name}\` is of the input whose values the task predicts: its target must be \`reconstruct(${label ?? "…"})\`.`;
      call.report("requirement", { message, path: blockPath(call.frame) });
      return poison;
    }
    const ids = { kind: "ids", positions: new Map(), vocabulary: made.cells.count } as const;
    const drawn = madeOf(call, label);
    if (drawn.has("positions"))
      return streamValue({ ...ids, batch: "batched", value: input(call, drawn, "positions") });
    call.constants(made.cells.count);
    const data = Int32Array.from({ length: made.cells.count }, (_, cell) => cell);
    return streamValue({
      ...ids,
      batch: "shared",
      value: call.emit("constant", [], { dtype: "int32", shape: [made.cells.count], data }),
    });
  },
};

export const maskedNatives: { readonly [name: string]: Native } = {
  masked_positions: maskedPositions,
  original,
  reconstructed_positions: reconstructedPositions,
  visible,
};
