import type { Command } from "commander";
import type { Paint } from "../compiler/diagnostics/render/paint.ts";
import type { Io } from "./io.ts";
import type { DisplaySettings } from "./terminal.ts";

/** What a verb has while it runs. */
export interface Session {
  readonly io: Io;
  readonly display: DisplaySettings;
  /** Writes a result for people to stdout. */
  readonly print: (text: string) => void;
  /** Writes to stdout what other programs read, to the character. */
  readonly emit: (text: string) => void;
  /** Writes a line for people to stderr, unless `--quiet`. */
  readonly note: (line: string) => void;
  /** Writes a line to stderr that people are to see in any case. */
  readonly warn: (line: string) => void;
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint };
}

/** One verb of the command line, in a file of its own. */
export interface VerbOf<Options> {
  readonly name: string;
  readonly summary: string;
  /** Commands to copy, with a word on each; `--help` begins with them. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Declares arguments and options. */
  readonly configure: (command: Command) => void;
  /** Ends with the exit code. What only this verb needs is imported here, so that `--help` and small verbs start at once. */
  readonly run: (session: Session, args: readonly string[], options: Options) => Promise<number>;
}

/** A verb of any options. */
export type Verb = VerbOf<never>;

/** Verbs about one thing, named after it: `mtl data stats`. */
export interface VerbGroup extends Pick<Verb, "name" | "summary" | "examples"> {
  readonly verbs: readonly Verb[];
}
