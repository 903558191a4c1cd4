import { type Feature, featuresOfMasked } from "../../features/features.ts";
import { blockPath } from "../elaboration.ts";
import { cast } from "../stream-ops.ts";
import { type Value, poison, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";

type MaskedFeatures = ReturnType<typeof featuresOfMasked>;

/** What a reader gives of the text that the task's target hides tokens of; an error for any other stream and in any other task. */
function ofMasked(make: (call: NativeCall, features: MaskedFeatures) => Value): Native {
  return {
    naming: "segment",
    accepts: "ids",
    apply: (call) => {
      const { masked } = call.elaboration;
      const { label } = call.stream("x");
      if (masked && masked.target.modality === label) return make(call, featuresOfMasked(masked));
      const message = `\`${call.callable.name}\` is of the text whose tokens the task predicts: its target must be \`masked(${label ?? "…"}, rate: 15%)\`.`;
      call.report("requirement", { message, path: blockPath(call.frame) });
      return poison;
    },
  };
}

function input(call: NativeCall, { name, dtype, shape }: Feature) {
  return call.elaboration.builder.input(
    { kind: "feature", feature: name },
    { dtype, shape: [call.elaboration.batch, ...shape] },
  );
}

/** Where the hidden tokens are: ids over the places of the text, masked where there are fewer than there is room for. */
const maskedPositions = ofMasked((call, { positions, mask }) => {
  const { mask: _, segments: __, ...rest } = call.stream("x");
  const [length] = rest.value.shape.slice(1);
  return streamValue({
    ...rest,
    value: input(call, positions),
    mask: cast(call.elaboration, input(call, mask), "float32"),
    ...(length === undefined ? {} : { vocabulary: length }),
  });
});

/** The text before tokens were hidden. */
const original = ofMasked((call, features) =>
  streamValue({ ...call.stream("x"), value: input(call, features.original) }),
);

export const maskedNatives: { readonly [name: string]: Native } = { masked_positions: maskedPositions, original };
