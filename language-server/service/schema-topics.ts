import type { SchemaDefinition } from "../../compiler/resolve/definition.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../compiler/schema/prelude-reference.ts";
import { type Topic, topics } from "../../compiler/schema/topics.ts";

let known: readonly Topic[] | undefined;

/** All that `mtl explain` knows of the names of the language. */
export function allTopics(): readonly Topic[] {
  return (known ??= topics(preludeReference(prelude)));
}

/** The explanation of an option or a member of a family, or of the option whose choice a name is. */
export function topicOf({ kind, of, name }: SchemaDefinition): Topic | undefined {
  if (kind !== "choice")
    return allTopics().find(({ explains }) => explains?.kind === kind && explains.of === of && explains.name === name);
  const point = of.lastIndexOf(".");
  return topicOf({ kind: "option", of: of.slice(0, point), name: of.slice(point + 1) });
}

/** The explanation of a word that begins a declaration or a statement. */
export function topicOfHead(word: string): Topic | undefined {
  return allTopics().find(({ name, title }) => name === word && title === `\`${word}\``);
}

/** The text of a topic as Markdown: its lists of options have two spaces before each name. */
export function topicAsMarkdown(text: string): string {
  return text.replaceAll(/^ {2}(\w+): /gm, "- `$1`: ");
}
