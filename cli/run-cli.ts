import { Command, CommanderError } from "commander";
import { asUserError } from "../runtime/files/system-failure.ts";
import { exitCodes, UserError } from "../runtime/user-error.ts";
import { visibleText, visibleTextIn } from "../compiler/diagnostics/render/visible-text.ts";
import type { Io } from "./io.ts";
import { describeBug, describeUserError, exitCodeOfBug } from "./failures.ts";
import { packageVersion } from "../runtime/package-version.ts";
import { type DisplaySettings, paintFor } from "./terminal.ts";
import type { Session, Verb, VerbGroup } from "./verb.ts";
import { addHelp } from "./verbs/help.ts";
import { overview, verbs } from "./verbs/index.ts";

/** Runs one command and returns the exit code. Never throws and never ends the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportFailure(error, io, program);
  }
}

function createProgram(io: Io, settle: (exitCode: number) => void): Command {
  const program = new Command("mtl")
    .description("Checks, draws and trains models that are written in the mtl language.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--color", "colour the output")
    .option("--no-color", "never colour the output; also set by the variable NO_COLOR")
    .option("-q, --quiet", "print results and failures only")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(visibleText(text)),
    })
    .showHelpAfterError("Run with --help for examples and options.")
    .exitOverride()
    .addHelpText("before", renderExamples(overview));
  const display = (): DisplaySettings => program.opts<DisplaySettings>();
  for (const verb of verbs) addVerb(program, verb, { io, display, settle });
  addHelp(program);
  return program;
}

interface Running {
  readonly io: Io;
  readonly display: () => DisplaySettings;
  readonly settle: (exitCode: number) => void;
}

function addVerb(parent: Command, verb: Verb | VerbGroup, running: Running): void {
  const command = new Command(verb.name).description(verb.summary).copyInheritedSettings(parent);
  command.addHelpText("before", renderExamples(verb.examples));
  if ("verbs" in verb) {
    for (const each of verb.verbs) addVerb(command, each, running);
  } else {
    verb.configure(command);
    const { io, display, settle } = running;
    // Commander has no types for options; each verb declares its own next to its flags.
    command.action(async () =>
      settle(await verb.run(createSession(io, display()), command.args, command.opts<never>())),
    );
  }
  parent.addCommand(command);
}

function createSession(io: Io, display: DisplaySettings): Session {
  const paint = { stdout: paintFor(io.stdout, io, display), stderr: paintFor(io.stderr, io, display) };
  const warn = (line: string) => io.stderr.write(`${visibleTextIn(paint.stderr)(line)}\n`);
  return {
    io,
    display,
    print: (text) => io.stdout.write(visibleTextIn(paint.stdout)(text)),
    emit: (text) => io.stdout.write(text),
    note: (line) => {
      if (display.quiet !== true) warn(line);
    },
    warn,
    paint,
  };
}

function renderExamples(examples: Verb["examples"]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `Examples:\n${examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}\n`).join("")}`;
}

function reportFailure(cause: unknown, io: Io, program: Command): number {
  // Commander has already written its message; help and version also end this way.
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : exitCodes.usage;
  const error = asUserError(cause);
  const paint = paintFor(io.stderr, io, program.opts<DisplaySettings>());
  if (error instanceof UserError) {
    io.stderr.write(visibleTextIn(paint)(describeUserError(error, paint)));
    return exitCodes[error.kind];
  }
  io.stderr.write(visibleTextIn(paint)(describeBug(error, program.args, paint)));
  return exitCodeOfBug;
}
