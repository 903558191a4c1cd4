import { SpecificationError } from "../compile.ts";
import { EngineUnavailable } from "../engines/engine-errors.ts";
import { UserError } from "../user-error.ts";
import type { Failure } from "./training-messages.ts";

/** Matches the messages of browsers and of ONNX Runtime that tell of memory that ran out. */
const outOfMemory =
  /out of memory|memory access out of bounds|allocat|bad_alloc|invalid (?:typed )?array (?:buffer )?length|array buffer allocation|OrtRun.*memory/iu;

/** An error as plain data. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UserError)
    return {
      message: error.message,
      area: error.kind,
      ...helpOf(error),
      ...(error instanceof SpecificationError ? { diagnostics: error.diagnostics } : {}),
    };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (outOfMemory.test(message))
    return {
      area: "engine",
      message: `The memory of the page ran out: ${message}`,
      help: "WebAssembly has at most 4 GB. Lower `batch`, or a width or a length of the model.",
    };
  return {
    message: `mtl has failed: ${message}`,
    help: "This is a fault of mtl. Please report it, with the specification.",
    ...(stack === undefined ? {} : { stack }),
  };
}

function helpOf(error: UserError): Pick<Failure, "help"> {
  // A page has its packages with it, so that one that does not load was not fetched.
  if (error instanceof EngineUnavailable && /does not load/u.test(error.reason))
    return { help: "Check the network, and try again." };
  return error.help === undefined ? {} : { help: error.help };
}
