/** The reason why a command ends; each kind has its exit code (`exitCodes`). */
export type FailureKind = "run_failed" | "usage" | "specification" | "data" | "engine" | "diverged" | "interrupted";

export const exitCodes: { readonly [Kind in FailureKind]: number } = {
  run_failed: 1,
  usage: 2,
  specification: 3,
  data: 4,
  engine: 5,
  diverged: 6,
  // EX_TEMPFAIL: `mtl train --resume` continues from here.
  interrupted: 75,
};

/** A failure that is not a bug: it says what is wrong and what to do, and is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly kind: FailureKind;
  /** One sentence about what to do. */
  readonly help: string | undefined;

  constructor(kind: FailureKind, message: string, help?: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.help = help;
  }
}
