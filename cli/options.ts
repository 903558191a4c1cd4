import { type Command, InvalidArgumentError, Option } from "commander";
import { engineChoices } from "../runtime/engines/open-engine.ts";
import { UserError } from "../runtime/user-error.ts";
import type { EngineChoice } from "../runtime/index.ts";

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

export function wholeNumber({ least }: { readonly least: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least)
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    return value;
  };
}

export interface EngineOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
}

/** `--engine` and `--threads`. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--engine <engine>", "what computes; the best that runs here by default, see mtl doctor").choices(
        engineChoices,
      ),
    )
    .option("--threads <number>", "threads; all cores by default", wholeNumber({ least: 1 }));
}

/** `--data`, of verbs that read data. */
export function addDataOption(command: Command): Command {
  return command.option(
    "--data <folder>",
    "where the paths of the data sets start, and may lead; by default what MTL_DATA says, else beside the specification or run",
  );
}

/** `--output`, of verbs that write one thing; `--out`, as some of them called it, is taken too. */
export function addOutputOption(command: Command, placeholder: "file" | "folder", meaning: string): Command {
  return command
    .option(`-o, --output <${placeholder}>`, meaning)
    .addOption(new Option("--out <path>").hideHelp())
    .hook("preAction", (_parent, verb) => {
      const { output, out } = verb.opts<{ readonly output?: string; readonly out?: string }>();
      if (output === undefined && out !== undefined) verb.setOptionValue("output", out);
    });
}

/** Where a verb writes that must be told. */
export function requireOutput(output: string | undefined): string {
  if (output === undefined)
    throw new UserError("usage", "It is not said where to write.", "Name a folder: --output FOLDER.");
  return output;
}

/** An object with the option, or an empty one where it is not given. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}
