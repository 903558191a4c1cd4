/** The page's examples with their data, in `index.json`. */
export interface DataIndex {
  readonly examples: readonly IndexedExample[];
}

/** An example that the page offers. URLs are relative to the index. */
export interface IndexedExample {
  readonly name: string;
  readonly title: string;
  /** One or two plain sentences. */
  readonly description: string;
  /** The URL of the specification, whose file has the name that the example has in `examples/`. */
  readonly specification: string;
  /** A zip of all files that the specification refers to. */
  readonly archive: { readonly url: string; readonly bytes: number };
  /** The content of the archive, each file by the path by which the specification refers to it. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly sources: readonly DataSource[];
}

/** The origin of data. Whoever passes the data on owes its makers this. */
export interface DataSource {
  readonly name: string;
  readonly by: string;
  readonly licence: string;
}
