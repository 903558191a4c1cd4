import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExplanations } from "../../compiler/diagnostics/explanations.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../compiler/schema/prelude-reference.ts";
import { type Topic, topics } from "../../compiler/schema/topics.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** Everything that has an explanation: codes, blocks, options, members of families. */
export function allTopics(): readonly Topic[] {
  const pages = parseExplanations(readFileSync(join(packageRoot(), "docs", "diagnostics.md"), "utf8"));
  const codes = [...pages.values()].flatMap(({ code, name, body }) => {
    const topic = { title: `${code} ${name}`, text: body };
    return [
      { name: code, ...topic },
      { name, ...topic },
    ];
  });
  return [...codes, ...topics(preludeReference(prelude))];
}
