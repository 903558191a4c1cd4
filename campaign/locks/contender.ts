import { type ProcessLock, takeProcessLock } from "../../runtime/run/process-lock.ts";
import { UserError } from "../../runtime/user-error.ts";

/** An order to a contender: to take the lock at a given time, or to release it. */
export type Order = { readonly take: string; readonly at: number } | { readonly release: true };
export type Reply = "won" | "refused" | "released" | `failed: ${string}`;

let held: ProcessLock | undefined;

async function obey(order: Order): Promise<Reply> {
  if ("release" in order) {
    await held?.release();
    held = undefined;
    return "released";
  }
  // All contenders begin at the same time, as nearly as the machine allows.
  while (Date.now() < order.at);
  try {
    held = await takeProcessLock(order.take);
    return "won";
  } catch (error) {
    return error instanceof UserError && error.message.includes("is working in this run")
      ? "refused"
      : `failed: ${String(error)}`;
  }
}

process.on("message", (order: Order) => {
  void obey(order).then((reply) => process.send?.(reply));
});
