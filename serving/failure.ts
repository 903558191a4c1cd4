import { UserError } from "../runtime/user-error.ts";

/** The reasons why a request is refused, each with its status. */
const statuses = {
  bad_request: 400,
  bad_value: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  too_large: 413,
  unsupported: 415,
  failed: 500,
  busy: 503,
  ending: 503,
  too_slow: 504,
} as const;

export type FailureCode = keyof typeof statuses;

/** The body of every answer that is not a success. The Open Inference Protocol asks for `error`. */
export interface WrittenFailure {
  /** The reason, a sentence. */
  readonly error: string;
  readonly code: FailureCode;
  /** A way out, a sentence. */
  readonly hint?: string;
}

/** A request that gets no result, with the reason that the client receives. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly code: FailureCode;
  readonly hint: string | undefined;
  /** The number of seconds after which another attempt makes sense. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, message: string, hint?: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return statuses[this.code];
  }
}

export function writtenFailure({ message, code, hint }: RequestFailure): WrittenFailure {
  return { error: message, code, ...(hint === undefined ? {} : { hint }) };
}

/** The failure that a client receives for any error. Details that only concern the machine are left to the log. */
export function failureOf(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  if (error instanceof UserError && error.kind === "data")
    return new RequestFailure("bad_value", error.message, error.help);
  if (error instanceof UserError && error.kind === "usage")
    return new RequestFailure("bad_request", error.message, error.help);
  return (
    ofHttp(error) ??
    new RequestFailure(
      "failed",
      "The server could not answer the request.",
      "Its log has the reason, by the id in the header mtl-request.",
    )
  );
}

/** The codes for errors of the HTTP library, which are the client's. */
const codesOfStatus: { readonly [status: number]: FailureCode } = {
  404: "not_found",
  413: "too_large",
  415: "unsupported",
  503: "ending",
};

function ofHttp(error: unknown): RequestFailure | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return undefined;
  const code = codesOfStatus[error.statusCode] ?? (error.statusCode < 500 ? "bad_request" : undefined);
  return code && new RequestFailure(code, `${error.message.slice(0, 200).replace(/\.$/u, "")}.`);
}
