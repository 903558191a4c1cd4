import { exactJson } from "../../runtime/data/cells/exact-json.ts";
import { RequestFailure } from "../failure.ts";

const [quote, backslash] = [0x22, 0x5c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Parses the JSON of a body. It is refused before it is parsed if it is nested too deeply, since each level takes far more memory than its byte.
 *
 * @throws RequestFailure if it is not JSON.
 */
export function readJson(bytes: Uint8Array, mostDepth: number): unknown {
  if (depthOf(bytes) > mostDepth)
    throw new RequestFailure("bad_request", `The body is nested on more than ${mostDepth} levels.`);
  try {
    return exactJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RequestFailure("bad_request", "The body is not JSON.", "Send JSON in UTF-8, or multipart/form-data.");
  }
}

/** The greatest number of brackets that are open at a byte, outside of strings. */
function depthOf(bytes: Uint8Array): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (opening.has(byte)) deepest = Math.max(deepest, ++depth);
    else if (closing.has(byte)) depth -= 1;
  }
  return deepest;
}
