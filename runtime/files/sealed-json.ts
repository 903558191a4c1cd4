import { sha256 } from "../host/hashing.ts";
import type { JsonSchema } from "../../compiler/schema/schema-parts.ts";
import { type CheckedJson, checkJson, parseJson, readText, validatorOf, writeText } from "./checked-json.ts";
import { UserError } from "../user-error.ts";

/** A JSON file that ends with a hash of all else, so that a value which changed by itself, or in another's hands, is not taken for what was written. */
export interface Sealed {
  /** SHA-256 of the object without this, as `JSON.stringify` writes it without spaces; absent in older files, and taken out by who changes one on purpose. */
  readonly seal?: string;
}

export const sha256Schema: JsonSchema = { type: "string", pattern: "^[0-9a-f]{64}$" };

/** The schema of such a file, from that of what is in it. */
export function sealedSchema(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema["properties"] as JsonSchema), seal: sha256Schema } };
}

export function seal<Value extends object>(value: Value): Value & Required<Sealed> {
  // As it will be read: without what is undefined.
  const { seal: _former, ...plain } = JSON.parse(JSON.stringify(value)) as Value & Sealed;
  return { ...(plain as unknown as Value), seal: hashOf(plain) };
}

export interface SealedJson<Value> extends CheckedJson<Value & Sealed> {
  /** The path of a file that somebody may have put in the place of another; `isItsPlace` tells by what is in it. */
  readAt(path: string, isItsPlace: (value: Value) => boolean): Promise<Value & Sealed>;
}

/** `one line` is for files that are long, and looked at by programs. */
export function sealedJson<Value extends object>(
  schema: JsonSchema,
  layout: "indented" | "one line" = "indented",
): SealedJson<Value> {
  const validate = validatorOf<Value & Sealed>(schema);
  const read = async (path: string): Promise<Value & Sealed> => {
    const value = parseJson(path, await readText(path));
    checkSeal(path, value);
    return checkJson(path, value, validate);
  };
  return {
    read,
    readAt: async (path, isItsPlace) => {
      const value = await read(path);
      if (!isItsPlace(value))
        throw new UserError(
          "data",
          `${path} does not belong there: it was written for another folder.`,
          "Restore the file.",
        );
      return value;
    },
    write: (path, value, files) =>
      writeText(path, `${JSON.stringify(seal(value), undefined, layout === "indented" ? 2 : undefined)}\n`, files),
  };
}

function checkSeal(path: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { seal: written, ...plain } = value as Sealed;
  if (written === undefined || hashOf(plain) === written) return;
  throw new UserError(
    "data",
    `${path} is damaged: its content has other content than was written.`,
    "Restore the file. If you changed it on purpose, remove its `seal`.",
  );
}

function hashOf(plain: object): string {
  return sha256(JSON.stringify(plain));
}
