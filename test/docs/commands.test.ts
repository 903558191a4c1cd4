import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, type Option } from "commander";
import { expect, test } from "vitest";
import { limitsVariable } from "../../compiler/limits.ts";
import { limits } from "../../runtime/data/limits.ts";
import { exitCodeOfBug } from "../../cli/failures.ts";
import type { Verb, VerbGroup } from "../../cli/verb.ts";
import { verbs } from "../../cli/verbs/index.ts";
import { exitCodes, type FailureKind } from "../../runtime/user-error.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

const page = join(packageRoot(), "docs/commands.md");

const meanings: { readonly [Kind in FailureKind]: string } = {
  run_failed:
    "the command could not be carried out: a file that cannot be written, a damaged run, another process in the run",
  usage: "the command itself is wrong: an unknown verb or option, a file that is not there",
  specification: "the specification has errors",
  data: "the data cannot be used: a missing file or column, too many bad rows",
  engine: "the engine that was asked for is not available here",
  diverged: "a loss or gradient became NaN or infinite",
  interrupted: "a training was interrupted and saved; `mtl train --resume` continues it",
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "\\<");

/** Options as rows; an option that only exists for older scripts is hidden. */
function optionRows(options: readonly Option[]): readonly string[] {
  return options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, argChoices, defaultValue }) => {
      const choices = argChoices ? ` One of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}.` : "";
      const usual = defaultValue === undefined ? "" : ` By default \`${String(defaultValue)}\`.`;
      return `| \`${flags}\` | ${cell(description)}${choices || usual ? "." : ""}${choices}${usual} |`;
    });
}

function sectionOf(verb: Verb, name: string): string {
  const command = new Command(verb.name);
  verb.configure(command);
  const args = command.registeredArguments.map((argument) => {
    const word = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${word}>` : `[${word}]`;
  });
  const rows = [
    ...command.registeredArguments.map(
      (argument, index) => `| \`${args[index] ?? ""}\` | ${cell(argument.description)} |`,
    ),
    ...optionRows(command.options),
  ];
  const width = Math.max(...verb.examples.map(([example]) => example.length));
  return [
    `## mtl ${name}\n\n${verb.summary}\n`,
    `\`\`\`\nmtl ${[name, ...args].join(" ")}${command.options.length > 0 ? " [options]" : ""}\n\`\`\`\n`,
    ...(rows.length > 0 ? [`| argument or option | meaning |\n| --- | --- |\n${rows.join("\n")}\n`] : []),
    ...(verb.examples.length > 0
      ? [
          `\`\`\`sh\n${verb.examples.map(([example, meaning]) => `${example.padEnd(width)}  # ${meaning}\n`).join("")}\`\`\`\n`,
        ]
      : []),
  ].join("\n");
}

const single = verbs.flatMap((verb: Verb | VerbGroup): readonly (readonly [Verb, string])[] =>
  "verbs" in verb ? verb.verbs.map((each) => [each, `${verb.name} ${each.name}`] as const) : [[verb, verb.name]],
);

function reference(): string {
  const contents = single.map(
    ([{ summary }, name]) => `| [\`mtl ${name}\`](#mtl-${name.replaceAll(" ", "-")}) | ${cell(summary)} |`,
  );
  const codes = Object.entries(exitCodes).map(([kind, code]) => [code, meanings[kind as FailureKind]] as const);
  const exits = [
    [0, "success"] as const,
    ...codes,
    [exitCodeOfBug, "a bug in mtl; the message says what to report"] as const,
  ]
    .toSorted(([a], [b]) => a - b)
    .map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return [
    `| verb | |\n| --- | --- |\n${contents.join("\n")}\n`,
    `## Exit codes\n\n| code | meaning |\n| --- | --- |\n${exits.join("\n")}\n`,
    ...single.map(([verb, name]) => sectionOf(verb, name)),
  ].join("\n");
}

test("the page of the command line has every verb, option and exit code", () => {
  const before = readFileSync(page, "utf8");
  const current = before.replace(/(?<=<!-- verbs -->\n)[^]*?(?=<!-- \/verbs -->)/u, () => reference());
  if (process.env["UPDATE"] === "1") writeFileSync(page, current);
  expect(readFileSync(page, "utf8")).toBe(current);
  expect(current).toContain("## mtl data stats");
});

test("the page of the command line names every variable that changes what a command does", () => {
  const text = readFileSync(page, "utf8");
  const variables = [...Object.values(limits).map(({ variable }) => variable), limitsVariable, "MTL_DATA", "MTL_CACHE"];
  expect(variables.filter((variable) => !text.includes(`\`${variable}\``))).toEqual([]);
});
