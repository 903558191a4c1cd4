import { Command, type Option } from "commander";
import type { Verb, VerbGroup } from "../verb.ts";

/** Completion of an option. */
export interface CompletedOption {
  /** The flags: `--format`, `-o`. */
  readonly flags: readonly string[];
  /** The argument of the option: none, one of these words, or a value for which the shell offers files. */
  readonly takes: "nothing" | "files" | readonly string[];
  readonly meaning: string;
}

/** Completion after a verb. */
export interface CompletedVerb {
  /** `train`, `data stats`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Words for the arguments; if empty, the shell offers files. */
  readonly words: readonly string[];
}

/** All verbs; those of a group have both names. */
export function completedVerbs(
  verbs: readonly (Verb | VerbGroup)[],
  shared: readonly Option[],
): readonly CompletedVerb[] {
  const options = (of: readonly Option[]) => [...of, ...shared].filter(({ hidden }) => !hidden).map(completedOption);
  const single = (verb: Verb, name: string): CompletedVerb => {
    const command = new Command(verb.name);
    verb.configure(command);
    return {
      name,
      summary: verb.summary,
      options: options(command.options),
      words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    };
  };
  return verbs.flatMap((verb): readonly CompletedVerb[] => {
    if (!("verbs" in verb)) return [single(verb, verb.name)];
    const group: CompletedVerb = {
      name: verb.name,
      summary: verb.summary,
      options: options([]),
      words: verb.verbs.map(({ name }) => name),
    };
    return [group, ...verb.verbs.map((each) => single(each, `${verb.name} ${each.name}`))];
  });
}

function completedOption(option: Option): CompletedOption {
  const flags = [option.long, option.short].filter((flag) => flag !== undefined);
  const isFlag = !option.required && !option.optional;
  return { flags, takes: isFlag ? "nothing" : (option.argChoices ?? "files"), meaning: option.description };
}
