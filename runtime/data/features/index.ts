import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import { audioReader } from "./audio.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { imageReader } from "./image.ts";
import { seriesReader } from "./series.ts";
import { tableReader } from "./table.ts";
import { regionsReader } from "./regions.ts";
import { videoReader } from "./video.ts";
import { tensorReader } from "./tensor.ts";
import { textReader } from "./text.ts";

const readers: {
  readonly [Kind in ResolvedModality["kind"]]: (
    name: string,
    modality: ModalityOf<Kind>,
    rules: Rules,
  ) => FeatureReader;
} = {
  image: imageReader,
  text: textReader,
  table: tableReader,
  audio: audioReader,
  video: videoReader,
  regions: regionsReader,
  series: seriesReader,
  tensor: tensorReader,
};

export function featureReader(name: string, modality: ResolvedModality, rules: Rules): FeatureReader {
  // The table pairs each kind with its own reader, which TypeScript cannot infer through an index.
  const create = readers[modality.kind] as (name: string, modality: ResolvedModality, rules: Rules) => FeatureReader;
  return create(name, modality, rules);
}
