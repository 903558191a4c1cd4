import type { Command } from "commander";
import type { Paint } from "../compiler/diagnostics/render/paint.ts";
import type { Io } from "./io.ts";
import type { DisplaySettings } from "./terminal.ts";

/** Services for a running verb. */
export interface Session {
  readonly io: Io;
  readonly display: DisplaySettings;
  /** Writes a result for people to stdout. */
  readonly print: (text: string) => void;
  /** Writes output for other programs to stdout, unchanged. */
  readonly emit: (text: string) => void;
  /** Writes a line for people to stderr, unless `--quiet`. */
  readonly note: (line: string) => void;
  /** Writes a line to stderr even with `--quiet`. */
  readonly warn: (line: string) => void;
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint };
}

/** One verb of the command line, in a file of its own. */
export interface VerbOf<Options> {
  readonly name: string;
  readonly summary: string;
  /** Commands to copy, each with an explanation; `--help` begins with them. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Declares arguments and options. */
  readonly configure: (command: Command) => void;
  /**
   * Runs the verb and returns the exit code. Modules that only this verb needs are imported here, so that `--help` and
   * small verbs start quickly.
   */
  readonly run: (session: Session, args: readonly string[], options: Options) => Promise<number>;
}

/** A verb with any options. */
export type Verb = VerbOf<never>;

/** Verbs about one subject: `mtl data stats`. */
export interface VerbGroup extends Pick<Verb, "name" | "summary" | "examples"> {
  readonly verbs: readonly Verb[];
}
