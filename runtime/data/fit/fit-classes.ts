import { targetOf } from "../../../compiler/targets/index.ts";
import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { inClassOrder } from "./class-order.ts";

/**
 * Names of the classes of a task, in the order of the logits: as declared, or else the names in `found` (those of the
 * training split) sorted by `inClassOrder`. If there are fewer than declared, the last outputs stand for no class
 * (`class-mask.ts`). Throws `UserError` if there are more.
 */
export function fitClasses({ name, target }: ResolvedTask, found: Iterable<string>): readonly string[] | undefined {
  const { classes, column } = targetOf(target);
  if (!classes) return undefined;
  if (classes.names) return classes.names;
  const names = inClassOrder(new Set(found));
  if (names.length <= classes.count) return names;
  const beyond = names
    .slice(classes.count, classes.count + 3)
    .map((extra) => `"${extra}"`)
    .join(", ");
  throw new UserError(
    "data",
    `Task "${name}" declares ${classes.count} classes, but column "${column?.name}" has ${names.length} in the training split; after the declared number come: ${beyond}${names.length > classes.count + 3 ? " …" : ""}.`,
    `Write classes: ${names.length}, or list the names; rows with other names are then left out and reported.`,
  );
}
