import { Buffer, fromBase64 } from "../../host/bytes.ts";
import { readRegular, reasonOf } from "../../files/regular-file.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { ReadingContext } from "./feature-reader.ts";

/** A file reference, a data URI, or the bytes of a file. */
export type FileSource = string | Uint8Array;

export function fileSource(value: unknown): FileSource {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new UnreadableValue("it is neither a file reference nor a data URI");
}

export function isMissingFile(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** The limit of a single read in Node. */
const largestFile = 2 ** 31 - 1;

export async function bytesOf(
  source: FileSource,
  { references }: Pick<ReadingContext, "references">,
): Promise<Uint8Array> {
  if (typeof source !== "string") return source;
  if (source.startsWith("data:")) return bytesOfDataUri(source);
  if (/^https?:/i.test(source))
    throw new UnreadableValue(
      `${source} is on the network, from which nothing is downloaded; store the file with the data`,
    );
  const path = await references(source);
  return readRegular(path, largestFile).catch((cause: NodeJS.ErrnoException) => {
    throw new UnreadableValue(
      `"${source}" ${cause.code === "ENOENT" ? "does not exist" : `cannot be read: ${reasonOf(cause)}`}`,
      undefined,
      { cause },
    );
  });
}

/** Decodes a data URI (RFC 2397). */
function bytesOfDataUri(uri: string): Uint8Array {
  const comma = uri.indexOf(",");
  if (comma < 0) throw new UnreadableValue("it is a data URI without data");
  const data = uri.slice(comma + 1);
  if (/;base64$/i.test(uri.slice(0, comma))) return fromBase64(data);
  try {
    return Buffer.from(decodeURIComponent(data));
  } catch (cause) {
    throw new UnreadableValue("it is a damaged data URI", undefined, { cause });
  }
}
