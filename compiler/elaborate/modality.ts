import type { ModalityDeclaration } from "../../grammar/ast.ts";
import { featuresOfModality } from "../features/features.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import { tableVocabulary } from "../features/table-columns.ts";
import { inputOfExamples, inputOfRows } from "./candidates.ts";
import type { Frame } from "./frame.ts";
import { mixed, mixedMask, opposite, shareOf } from "./mixup.ts";
import { cast, emit } from "./stream-ops.ts";
import { type Stream, type Value, kindOfRank, poison, streamValue } from "./value.ts";

/** The stream of an input: its features from the reader, converted to numbers. Absent if the task does not use it. */
export function modalityStream(frame: Frame, symbol: ModalityDeclaration): Value {
  const { elaboration } = frame;
  const name = symbol.name.name;
  const modality = elaboration.modalities?.get(name);
  if (!modality) return poison;
  const presence = elaboration.uses.get(name);
  if (!presence) return { kind: "absent", what: `The modality "${name}"`, optional: false };
  const here: Frame = { ...frame, path: [name] };
  const inputs = new Map(
    featuresOfModality(name, modality, presence).flatMap((feature) => {
      if (feature.readBy === "targets") return [];
      const differs = elaboration.candidates?.parts[name] !== undefined && feature.name !== `${name}.present`;
      const input = differs ? inputOfRows : inputOfExamples;
      return [[feature.name, input(here, { kind: "feature", feature: feature.name }, feature)] as const];
    }),
  );
  const present = inputs.get(`${name}.present`);
  const there = present && cast(here, present, "float32");
  const stream = streamOfKind(here, name, modality, inputs);
  return streamValue({ ...mixedRows(here, name, stream), label: name, ...(there ? { presence: [there] } : {}) });
}

/**
 * The rows of a modality in training, with mixup. A token of a mixed row is present if either of the two rows has it.
 */
function mixedRows(frame: Frame, name: string, stream: Stream): Stream {
  const { mixup } = frame.elaboration;
  if (!mixup || stream.kind === "ids") return stream;
  const share = shareOf(frame, mixup, name);
  const value = mixed(frame, share, stream.value, opposite(frame, stream.value));
  return { ...stream, value, ...(stream.mask ? { mask: mixedMask(frame, share, stream.mask) } : {}) };
}

type Inputs = ReadonlyMap<string, GraphValue>;
type ModalityReader<Kind extends ResolvedModality["kind"]> = (
  frame: Frame,
  name: string,
  modality: Extract<ResolvedModality, { readonly kind: Kind }>,
  inputs: Inputs,
) => Stream;

/** Makes a stream of the features of a modality, by its kind. */
const readers: { readonly [Kind in ResolvedModality["kind"]]: ModalityReader<Kind> } = {
  image: (frame, name, _modality, inputs) => ({
    kind: "grid",
    value: brightness(frame, featureOf(inputs, name)),
    batch: "batched",
    positions: new Map(),
  }),
  video: (frame, name, modality, inputs) => ({
    ...maskedTokens(frame, name, modality, inputs),
    kind: "volume",
    value: brightness(frame, featureOf(inputs, name)),
  }),
  regions: (frame, name, modality, inputs) => ({
    ...maskedTokens(frame, name, modality, inputs),
    kind: "regions",
    boxes: featureOf(inputs, `${name}.boxes`),
  }),
  text: (frame, name, modality, inputs) => ({
    kind: "ids",
    idsOf: "words",
    value: featureOf(inputs, `${name}.ids`),
    batch: "batched",
    mask: cast(frame, featureOf(inputs, `${name}.mask`), "float32"),
    positions: new Map(),
    vocabulary: modality.tokenizer.size,
    ...(modality.segments > 1
      ? { segments: { ids: featureOf(inputs, `${name}.segments`), count: modality.segments } }
      : {}),
  }),
  table: (_frame, name, modality, inputs) => ({
    kind: "ids",
    idsOf: "columns",
    value: featureOf(inputs, `${name}.ids`),
    batch: "batched",
    positions: new Map(),
    vocabulary: tableVocabulary(modality),
    ...(modality.numeric.length > 0 ? { numbers: featureOf(inputs, `${name}.numbers`) } : {}),
  }),
  audio: maskedTokens,
  series: maskedTokens,
  tensor: (_frame, name, modality, inputs) => ({
    kind: kindOfRank(modality.shape.length),
    value: featureOf(inputs, name),
    batch: "batched",
    positions: new Map(),
  }),
};

/** Bytes as numbers in 0..1. */
function brightness(frame: Frame, bytes: GraphValue): GraphValue {
  const scale = emit(frame, "fill", [], { dtype: "float32", shape: [], value: 1 / 255 });
  return emit(frame, "multiply", [cast(frame, bytes, "float32"), scale], {});
}

/** Tokens from the reader, with their mask. */
function maskedTokens(frame: Frame, name: string, _modality: ResolvedModality, inputs: Inputs): Stream {
  return {
    kind: "tokens",
    value: featureOf(inputs, name),
    batch: "batched",
    mask: cast(frame, featureOf(inputs, `${name}.mask`), "float32"),
    positions: new Map(),
  };
}

function streamOfKind(frame: Frame, name: string, modality: ResolvedModality, inputs: Inputs): Stream {
  const read = readers[modality.kind] as ModalityReader<ResolvedModality["kind"]>;
  return read(frame, name, modality, inputs);
}

function featureOf(inputs: Inputs, name: string): GraphValue {
  const value = inputs.get(name);
  if (!value) throw new Error(`there is no feature "${name}"`);
  return value;
}
