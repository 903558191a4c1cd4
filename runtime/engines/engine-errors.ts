import { UserError } from "../user-error.ts";

/** An engine cannot run on this machine as it is installed. `help` says how to install it. */
export class EngineUnavailable extends UserError {
  /** The name of the engine, such as `onnx:native`, or the choice for which there is no engine. */
  readonly engine: string;
  readonly reason: string;

  constructor(engine: string, reason: string, help: string, options?: ErrorOptions) {
    super("engine", `engine ${engine} is not available: ${reason}`, help, options);
    this.engine = engine;
    this.reason = reason;
  }
}

/** It cannot since a package that it needs is not installed. */
export class PackageNotInstalled extends EngineUnavailable {
  constructor(engine: string, specifier: string, help: string, options?: ErrorOptions) {
    super(engine, `the package ${specifier} is not installed`, help, options);
  }
}

/**
 * An engine refused a graph or failed in a run: a bug of the lowering, values outside an op's domain, or memory that
 * ran out.
 */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly engine: string;
  readonly graph: string;
  readonly phase: "load" | "run";

  constructor(engine: string, graph: string, phase: "load" | "run", cause: unknown) {
    super(`engine ${engine} could not ${phase} graph ${graph}: ${messageOf(cause)}`, { cause });
    this.engine = engine;
    this.graph = graph;
    this.phase = phase;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
