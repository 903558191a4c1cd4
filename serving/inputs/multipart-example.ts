import { valueOfFile } from "../../runtime/data/files/file-values.ts";
import { UnreadableValue } from "../../runtime/data/cells/unreadable-value.ts";
import type { RawExample, ResolvedModality } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";
import { defaultLimits } from "../limits.ts";
import { readJson } from "./read-json.ts";

/** A part of multipart/form-data: a field, which is text, or a file. */
export interface Part {
  readonly name: string;
  readonly value: string | Uint8Array;
}

type Modality = Pick<ResolvedModality, "kind">;

/**
 * The example that the parts of a form are: a part for each modality, or several for the segments of a text and the frames of a video.
 *
 * @throws RequestFailure if a part is of no modality, or its content is not what the modality is read from.
 */
export async function multipartExample(
  parts: readonly Part[],
  modalities: { readonly [name: string]: Modality },
): Promise<RawExample> {
  const values = new Map<string, unknown[]>();
  for (const { name, value } of parts) {
    const modality = Object.hasOwn(modalities, name) ? modalities[name] : undefined;
    if (!modality)
      throw new RequestFailure(
        "bad_value",
        `The form has ${JSON.stringify(name)}, which is not a modality of the model.`,
        `Its modalities are: ${Object.keys(modalities).join(", ")}.`,
      );
    values.set(name, [...(values.get(name) ?? []), await valueOfPart(name, modality, value)]);
  }
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 && modalities[name]?.kind !== "video" ? all[0] : all]),
  );
}

/** The ways in which the kinds of modalities are read from a part. */
const readers: {
  readonly [Kind in ResolvedModality["kind"]]: "bytes" | "text" | "json";
} = {
  image: "bytes",
  audio: "bytes",
  video: "bytes",
  text: "text",
  regions: "json",
  table: "json",
  series: "json",
  tensor: "json",
};

async function valueOfPart(name: string, { kind }: Modality, value: string | Uint8Array): Promise<unknown> {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  try {
    if (readers[kind] === "json") return readJson(bytes, defaultLimits.depth);
    // A field of a picture or a sound is a reference or a data URI; a file is its bytes.
    return readers[kind] === "text" ? await valueOfFile({ kind }, bytes, noFile) : value;
  } catch (error) {
    if (error instanceof RequestFailure || error instanceof UnreadableValue)
      throw new RequestFailure("bad_value", `${name}: ${error.message.replace(/\.?$/u, ".")}`);
    throw error;
  }
}

function noFile(): Promise<never> {
  return Promise.reject(new UnreadableValue("no file is read here"));
}
