import type { Tensors } from "../checkpoint/checkpoint.ts";
import { UserError } from "../user-error.ts";

/** The name of a tensor that holds NaN or an infinity. */
export function firstNotFinite(tensors: Tensors): string | undefined {
  for (const [name, { data }] of tensors) {
    for (const value of data) if (!Number.isFinite(value)) return name;
  }
  return undefined;
}

export function diverged(message: string): UserError {
  return new UserError("diverged", message, "Lower the learning rate, add a warm-up or `clip: 1.0`, and look for rows with extreme values.");
}
