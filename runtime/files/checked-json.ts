import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { JsonSchema } from "../../compiler/schema/schema-parts.ts";
import { type WritableFiles, writeAtomically } from "./write-atomically.ts";
import { shallow } from "../data/cells/parse-json.ts";
import { readRegular, reasonOf } from "./regular-file.ts";
import { UserError } from "../user-error.ts";

/** A JSON file that another version of this program, or another program, may have written. */
export interface CheckedJson<Value> {
  /** Throws a `UserError` that names the file and the problem. */
  read(path: string): Promise<Value>;
  write(path: string, value: Value, files?: WritableFiles): Promise<void>;
}

const ajv = new Ajv2020({ allErrors: true, strict: true, discriminator: true });

export function checkedJson<Value>(schema: JsonSchema): CheckedJson<Value> {
  const validator = validatorOf<Value>(schema);
  return { read: async (path) => checkJson(path, parseJson(path, await readText(path)), validator), write: writeJson };
}

/** Gives the function that checks values. */
export type Validator<Value> = () => ValidateFunction<Value>;

/** The schema is compiled when the first value is checked, because a program reads few of the kinds of files that it knows. */
export function validatorOf<Value>(schema: JsonSchema): Validator<Value> {
  let compiled: ValidateFunction<Value> | undefined;
  return () => (compiled ??= ajv.compile<Value>(schema));
}

export function checkJson<Value>(path: string, value: unknown, validator: Validator<Value>): Value {
  const validate = validator();
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).slice(0, mostProblems).map(describe).join("; ");
  throw new UserError(
    "data",
    `${path} has another format than this version of mtl writes: ${problems}.`,
    "Restore the file, or use the version of mtl that wrote it.",
  );
}

/** The number of problems in a message. A file of another format may have any number. */
const mostProblems = 5;

export function writeJson(path: string, value: unknown, files?: WritableFiles): Promise<void> {
  return writeText(path, `${JSON.stringify(value, undefined, 2)}\n`, files);
}

export function writeText(path: string, text: string, files?: WritableFiles): Promise<void> {
  return writeAtomically(path, [new TextEncoder().encode(text)], files);
}

/** The limit on the bytes of a file that is read as text; a string of Node holds at most half a gibibyte. */
const largestText = 2 ** 28;

export async function readText(path: string): Promise<string> {
  const bytes = await readRegular(path, largestText).catch((cause: unknown) => {
    throw new UserError("data", `Cannot read ${path}: ${reasonOf(cause)}.`, "Check that it exists.", { cause });
  });
  return bytes.toString("utf8");
}

export function parseJson(path: string, text: string): unknown {
  try {
    return shallow(JSON.parse(text) as unknown);
  } catch (cause) {
    throw new UserError("data", `${path} is not JSON: it may be damaged.`, "Restore the file.", { cause });
  }
}

function describe({ instancePath, message = "is not valid" }: ErrorObject): string {
  return `${instancePath === "" ? "it" : instancePath.slice(1).replaceAll("/", ".")} ${message}`;
}
