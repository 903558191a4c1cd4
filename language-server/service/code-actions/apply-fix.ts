import type { CodeActionSource } from "./code-action.ts";

/** Each fix of each diagnostic, as `mtl check --fix` makes it. */
export const applyFix: CodeActionSource = {
  name: "apply-fix",
  kind: "quickfix",
  find: ({ diagnostics }) =>
    diagnostics.flatMap((diagnostic) =>
      diagnostic.fixes.map(({ title, at, replacement, safety }) => ({
        title,
        edits: [{ at, text: replacement }],
        mends: diagnostic,
        ...(safety === "safe" ? { isPreferred: true as const } : {}),
      })),
    ),
};
