import type { Expression } from "../../grammar/ast.ts";
import { knownEntries } from "../declare/map-keys.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { ResolvedTarget } from "../schema/resolved.ts";
import { negativesOf } from "../targets/matching.ts";
import { argumentOf } from "./argument-of.ts";

/** Checks that the wrong pairs of a `matching` target replace values of its modalities, and that there are some. */
export function checkNegatives(target: ResolvedTarget, written: Expression | undefined, reporter: Reporter): void {
  if (target.kind !== "matching") return;
  const known = [target.first, target.second];
  const negatives = argumentOf(written, "negatives", 2);
  const isKnown = [negatives, argumentOf(written, "hard", 3)].map(
    (map, index) => knownEntries(map, ["`negatives`", "`hard`"][index] ?? "", known, reporter).sound,
  );
  if (isKnown.includes(false) || negativesOf(target).length > 0 || !written) return;
  reporter.report("no_negatives", (negatives ?? written).span, { first: target.first, second: target.second });
}
