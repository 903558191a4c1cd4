/** A stream that text is written to. `isTTY` is true on a terminal, which has columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Everything that the command line has of the outside; a test passes its own. */
export interface Io {
  /** Results, and nothing else. */
  readonly stdout: Output;
  /** Progress, notes, failures. */
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
