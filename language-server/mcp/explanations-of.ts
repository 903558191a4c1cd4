import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../compiler/schema/prelude-reference.ts";
import { type Topic, topics } from "../../compiler/schema/topics.ts";
import { readExplanations } from "../../runtime/explanations.ts";
import { UserError } from "../../runtime/user-error.ts";

/** All that has a name: a diagnostic, by its code or its name, a block, an option, a member of a family. `more` says where all names are. */
export function explanationsOf(asked: string, more: string): readonly Topic[] {
  const known = [...diagnosticTopics(), ...topics(preludeReference(prelude))];
  const wanted = asked.toLowerCase().replaceAll("-", "_");
  const found = known.filter(({ name }) => name === asked || name.toLowerCase() === wanted);
  if (found.length > 0) return found;
  throw new UserError(
    "usage",
    `There is no error or warning, block, option or other name "${asked}".`,
    suggestionAmong(
      /^mtl\d/.test(wanted) ? wanted.toUpperCase() : wanted,
      [...new Set(known.map(({ name }) => name))],
      more,
    ),
  );
}

function diagnosticTopics(): readonly Topic[] {
  return [...readExplanations().values()].flatMap(({ code, name, body }) =>
    [code, name].map((each) => ({ name: each, title: `${code} ${name}`, text: body })),
  );
}
