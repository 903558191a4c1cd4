/** A stream that text is written to. `isTTY` is true on a terminal, which has columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** The outside world as the command line sees it; tests pass their own. */
export interface Io {
  /** Output for results only. */
  readonly stdout: Output;
  /** Output for progress, notes and failures. */
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
