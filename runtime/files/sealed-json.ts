import { sha256 } from "../host/hashing.ts";
import type { JsonSchema } from "../../compiler/schema/schema-parts.ts";
import { type CheckedJson, checkJson, parseJson, readText, validatorOf, writeText } from "./checked-json.ts";
import { UserError } from "../user-error.ts";

/** A JSON file with a hash of its content, so that a damaged or modified file is noticed. */
export interface Sealed {
  /**
   * The SHA-256 of the object without this key, as `JSON.stringify` writes it without spaces. Absent in older files;
   * whoever edits a file on purpose removes it.
   */
  readonly seal?: string;
}

export const sha256Schema: JsonSchema = { type: "string", pattern: "^[0-9a-f]{64}$" };

/** The schema of a sealed file, from the schema of its content. */
export function sealedSchema(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema["properties"] as JsonSchema), seal: sha256Schema } };
}

export function seal<Value extends object>(value: Value): Value & Required<Sealed> {
  // The value as it will be read, without undefined members.
  const { seal: _former, ...plain } = JSON.parse(JSON.stringify(value)) as Value & Sealed;
  return { ...(plain as unknown as Value), seal: hashOf(plain) };
}

export interface SealedJson<Value> extends CheckedJson<Value & Sealed> {
  /** Reads the text of such a file, which `path` names in messages. */
  parse(path: string, text: string): Value & Sealed;
  /**
   * Reads a file that may have been replaced by another one with a valid seal; `isItsPlace` checks that the content
   * belongs to this path.
   */
  readAt(path: string, isItsPlace: (value: Value) => boolean): Promise<Value & Sealed>;
}

/** `one line` is for long files that are read by programs only. */
export function sealedJson<Value extends object>(
  schema: JsonSchema,
  layout: "indented" | "one line" = "indented",
): SealedJson<Value> {
  const validator = validatorOf<Value & Sealed>(schema);
  const parse = (path: string, text: string): Value & Sealed => {
    const value = parseJson(path, text);
    checkSeal(path, value);
    return checkJson(path, value, validator);
  };
  const read = async (path: string): Promise<Value & Sealed> => parse(path, await readText(path));
  return {
    read,
    parse,
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
