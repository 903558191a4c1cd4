import type { StreamKind } from "../resolve/parameter-type.ts";
import type { ResolvedModality } from "./resolved.ts";

/** The kind of stream that each kind of modality becomes; `undefined` where it depends on its options. */
const kinds: { readonly [Kind in ResolvedModality["kind"]]: StreamKind | undefined } = {
  image: "grid",
  video: "volume",
  regions: "regions",
  audio: "tokens",
  text: "ids",
  table: "ids",
  series: "tokens",
  tensor: undefined,
};

/** The same for a name that may be that of no modality. */
export const modalityKinds: { readonly [kind: string]: StreamKind | undefined } = kinds;
