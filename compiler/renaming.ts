/** `"encoder.**" -> "trunk.**"`: names that match the left become the right, where each wildcard takes what the one in its place on the left matched. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

const wildcards = /\*\*|\*/gu;

/** Whether both sides have the same wildcards in the same order. */
export function wildcardsAgree({ from, to }: Renaming): boolean {
  const of = (pattern: string): string => (pattern.match(wildcards) ?? []).join(" ");
  return of(from) === of(to);
}

/** What a name becomes; nothing where it does not match. `*` is one segment or a part of one, `**` any number of segments. */
export function renamed(name: string, { from, to }: Renaming): string | undefined {
  const captured = matcher(from).exec(`${name}.`)?.slice(1);
  if (!captured) return undefined;
  let index = 0;
  const filled = to.replaceAll(wildcards, () => captured[index++] ?? "");
  // Where `**` matched no segment, nothing stands between two dots.
  return filled.split(".").filter((segment) => segment !== "").join(".");
}

const matchers = new Map<string, RegExp>();

/** Matches names with a dot behind each segment. */
function matcher(pattern: string): RegExp {
  let made = matchers.get(pattern);
  if (!made) {
    made = new RegExp(`^${pattern.split(".").map(segmentSource).join("")}$`, "u");
    matchers.set(pattern, made);
  }
  return made;
}

function segmentSource(segment: string): string {
  if (segment === "**") return String.raw`((?:[^.]+\.)*?)`;
  const literals = segment.split(/\*+/u).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  return String.raw`${literals.join("([^.]+)")}\.`;
}
