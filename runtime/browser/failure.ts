import { SpecificationError } from "../compile.ts";
import { UserError } from "../user-error.ts";
import type { Failure } from "./training-messages.ts";

/** An error as plain data. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof UserError))
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  return {
    message: error.message,
    area: error.kind,
    ...(error.help === undefined ? {} : { help: error.help }),
    ...(error instanceof SpecificationError ? { diagnostics: error.diagnostics } : {}),
  };
}
