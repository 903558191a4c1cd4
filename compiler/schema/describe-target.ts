import { classCount } from "../features/features.ts";
import type { ResolvedTarget } from "./resolved.ts";

/** `a category of 9 classes`: for messages and pictures. */
export function describeTarget(target: ResolvedTarget): string {
  switch (target.kind) {
    case "category":
      return `a category of ${classCount(target)} classes`;
    case "labels":
      return `labels of ${classCount(target)} classes`;
    case "number":
      return "a number";
    case "ranking":
      return "a ranking";
    case "masked":
      return `masked tokens of ${target.modality}`;
  }
}
