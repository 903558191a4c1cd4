import { classCount } from "../features.ts";
import type { ResolvedTarget } from "./resolved.ts";

/** `a category of 9 classes`: for messages and pictures. */
export function describeTarget(target: ResolvedTarget): string {
  return target.kind === "number" ? "a number" : `${target.kind === "category" ? "a category" : "labels"} of ${classCount(target)} classes`;
}
