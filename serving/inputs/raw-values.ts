import type { RawExample } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";

/** The values of an example as JSON has them. `{ "b64": "…" }` stands for the bytes of a file, wherever it is. */
export function rawExample(value: unknown, name: string): RawExample {
  if (!isRecord(value))
    throw new RequestFailure(
      "bad_request",
      `${name} is not an object.`,
      'Send an object with a value for each modality, such as {"name": "fox"}, or a list of such objects.',
    );
  return Object.fromEntries(Object.entries(value).map(([modality, given]) => [modality, withBytes(given)]));
}

function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isNested) ? value.map(withBytes) : value;
  return isRecord(value) && typeof value["b64"] === "string" && Object.keys(value).length === 1
    ? bytesOfBase64(value["b64"])
    : value;
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** @throws RequestFailure if the text is not base64. */
export function bytesOfBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}\s*$/u.test(text))
    throw new RequestFailure("bad_value", "The bytes of a file are not base64.", "Encode them by RFC 4648.");
  return Buffer.from(text, "base64");
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
