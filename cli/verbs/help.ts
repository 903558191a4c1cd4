import type { Command } from "commander";
import { UserError } from "../../runtime/user-error.ts";
import { suggestionAmong } from "../../compiler/diagnostics/define.ts";

/** `mtl help data stats`: help for a verb, or for the whole command. */
export function addHelp(program: Command): void {
  program.helpCommand(false);
  program
    .command("help")
    .description("Explain a verb.")
    .argument("[verb...]", "the verb, as mtl help data stats")
    .action((names: readonly string[]) => verbNamed(program, names).outputHelp());
}

function verbNamed(program: Command, names: readonly string[]): Command {
  let verb = program;
  for (const name of names) {
    const found = verb.commands.find((each) => each.name() === name);
    if (found === undefined) {
      const known = verb.commands.map((each) => each.name()).filter((each) => each !== "help");
      const of = verb === program ? "" : ` of ${verb.name()}`;
      throw new UserError(
        "usage",
        `There is no verb "${name}"${of}.`,
        suggestionAmong(name, known, `There ${known.length === 1 ? "is" : "are"} ${known.join(", ")}.`),
      );
    }
    verb = found;
  }
  return verb;
}
