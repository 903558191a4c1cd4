import { type Command, InvalidArgumentError, Option } from "commander";
import { engineChoices } from "../runtime/engines/open-engine.ts";
import { UserError } from "../runtime/user-error.ts";
import type { EngineChoice } from "../runtime/index.ts";

/** Collects the values of an option that may be given several times. */
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
      new Option(
        "--engine <engine>",
        "engine that runs the graphs; by default the best one on this machine, see mtl doctor",
      ).choices(engineChoices),
    )
    .option("--threads <number>", "threads; all cores by default", wholeNumber({ least: 1 }));
}

/** Adds `--data`, for verbs that read data. */
export function addDataOption(command: Command): Command {
  return command.option(
    "--data <folder>",
    "root of the paths of the data sets; by default that of MTL_DATA, else the folder of the specification or run",
  );
}

/** Adds `--output`, for verbs that write one file or folder; its earlier name `--out` is accepted too. */
export function addOutputOption(command: Command, placeholder: "file" | "folder", meaning: string): Command {
  return command
    .option(`-o, --output <${placeholder}>`, meaning)
    .addOption(new Option("--out <path>").hideHelp())
    .hook("preAction", (_parent, verb) => {
      const { output, out } = verb.opts<{ readonly output?: string; readonly out?: string }>();
      if (output === undefined && out !== undefined) verb.setOptionValue("output", out);
    });
}

/** Requires `--output`, for verbs that write no default file. */
export function requireOutput(output: string | undefined): string {
  if (output === undefined)
    throw new UserError("usage", "The command needs a folder or file to write to.", "Name a folder: --output FOLDER.");
  return output;
}

/** An object with the option, or an empty one if it is not given. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}
