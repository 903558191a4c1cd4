import type { CompletedOption, CompletedVerb } from "./completed-verbs.ts";

/** Prints a script for fish: `mtl completion fish | source`. */
export function fishCompletion(verbs: readonly CompletedVerb[]): string {
  const top = verbs.filter(({ name }) => !name.includes(" "));
  const inner = verbs.filter(({ name }) => name.includes(" "));
  const lines = [
    "# Completion of mtl for fish: mtl completion fish | source",
    "complete -c mtl -e",
    ...[...top, { name: "help", summary: "Explain a verb." }].map(
      ({ name, summary }) => `complete -c mtl -f -n __fish_use_subcommand -a ${quoted(name)} -d ${quoted(summary)}`,
    ),
    ...inner.map(({ name, summary }) => {
      const [group = "", verb = ""] = name.split(" ");
      const siblings = inner
        .filter((each) => each.name.startsWith(`${group} `))
        .map((each) => each.name.slice(group.length + 1));
      return `complete -c mtl -f -n ${quoted(`${seen(group)}; and not ${seen(siblings.join(" "))}`)} -a ${quoted(verb)} -d ${quoted(summary)}`;
    }),
    ...verbs.flatMap((verb) => [
      ...(verb.words.length > 0 && !inner.some(({ name }) => name.startsWith(`${verb.name} `))
        ? [`complete -c mtl -f -n ${quoted(conditionOf(verb.name))} -a ${quoted(verb.words.join(" "))}`]
        : []),
      ...verb.options.map(
        (option) =>
          `complete -c mtl -n ${quoted(conditionOf(verb.name))} ${optionOf(option)} -d ${quoted(option.meaning)}`,
      ),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function conditionOf(name: string): string {
  return name.split(" ").map(seen).join("; and ");
}

function seen(words: string): string {
  return `__fish_seen_subcommand_from ${words}`;
}

/** `-r` takes a value and offers files, `-x` offers only the given words. */
function optionOf({ flags, takes }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  if (takes === "nothing") return names;
  return takes === "files" ? `${names} -r` : `${names} -x -a ${quoted(takes.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
