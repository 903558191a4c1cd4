import type { FastifyReply } from "fastify";
import { RequestFailure } from "../failure.ts";

/**
 * Does work for an answer within its time. The signal aborts when the time is over or the client has gone, so that nothing is computed for nobody.
 *
 * @throws RequestFailure if the time is over.
 */
export async function withinTime<Result>(
  reply: FastifyReply,
  seconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, end } = answerSignal(reply, seconds);
  try {
    return await untilAborted(signal, work(signal));
  } finally {
    end();
  }
}

/** Resolves as the work does, or rejects with the reason of the signal when it aborts before. */
export function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
  return Promise.race([work, aborted]);
}

/** The signal of an answer; `end` is called when the answer is complete. */
export function answerSignal(
  reply: FastifyReply,
  seconds: number,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(new RequestFailure("too_slow", `The answer took longer than ${seconds} s.`, "Try again later.")),
    1000 * seconds,
  );
  const leave = (): void => controller.abort(new RequestFailure("too_slow", "The client has gone."));
  reply.raw.once("close", leave);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      reply.raw.off("close", leave);
    },
  };
}
