import type { DatasetDeclaration } from "../../grammar/ast.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedSplit } from "../schema/resolved.ts";
import { knownEntries } from "./map-keys.ts";

const splits = ["train", "validation", "test"];
const splitOptions = [...splits, "group", "column"];

/** Checks the keys of `split` and of `path`. */
export function checkSplitNames(elaboration: Elaboration, declaration: DatasetDeclaration): boolean {
  const keys = [
    ["split", splitOptions],
    ["path", splits],
  ] as const;
  return keys
    .map(
      ([option, known]) =>
        knownEntries(optionOf(declaration, option), `\`${option}\``, known, elaboration.reporter).sound,
    )
    .every(Boolean);
}

/** The way that a data set's rows are divided: by fractions, by a column that names the split, or by files. */
export function resolveSplit(
  elaboration: Elaboration,
  declaration: DatasetDeclaration,
  path: string | { readonly [split: string]: string },
  given: { readonly [key: string]: number | string } | undefined,
): ResolvedSplit | undefined {
  const at = (optionOf(declaration, "split") ?? optionOf(declaration, "path"))?.span ?? declaration.name.span;
  const fail = (reason: string): undefined => elaboration.reporter.report("bad_split", at, { reason }) as undefined;
  const options = given ?? {};
  for (const name of splitOptions) {
    const wanted = splits.includes(name) ? "number" : "string";
    if (options[name] !== undefined && typeof options[name] !== wanted)
      return fail(`"${name}" must be ${wanted === "number" ? "a share such as 10%" : "the name of a column"}`);
  }
  const group = typeof options.group === "string" ? { group: options.group } : {};
  if (typeof path !== "string") {
    if (path.train === undefined) return fail("there is no file for train");
    return {
      kind: "files",
      validation: typeof options.validation === "number" ? options.validation : path.validation === undefined ? 0.1 : 0,
      ...group,
    };
  }
  if (typeof options.column === "string") return { kind: "column", column: options.column };
  const share = (name: string, otherwise: number): number =>
    typeof options[name] === "number" ? options[name] : given && name !== "train" ? 0 : otherwise;
  const [validation, test] = [share("validation", 0.1), share("test", 0.1)];
  const train = typeof options.train === "number" ? options.train : 1 - validation - test;
  if ([train, validation, test].some((part) => part < 0 || part > 1)) return fail("a share lies between 0% and 100%");
  if (Math.abs(train + validation + test - 1) > 1e-6)
    return fail(`the shares add up to ${Math.round((train + validation + test) * 1000) / 10}%`);
  if (train <= 0) return fail("nothing is left for train");
  return { kind: "shares", train, validation, test, ...group };
}
