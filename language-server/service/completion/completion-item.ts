/** The kind of an item, for its symbol in a list. */
export type ItemKind =
  | "keyword"
  | "operator"
  | "option"
  | "parameter"
  | "member"
  | "choice"
  | "value"
  | "block"
  | "layer"
  | "stream"
  | "fusion"
  | "modality"
  | "param"
  | "task"
  | "dataset"
  | "stage"
  | "local"
  | "type"
  | "part"
  | "weight"
  | "metric"
  | "column"
  | "file"
  | "folder";

/** Replaces the characters from `start` to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with holes that the user fills in. */
export type Snippet = readonly (string | Hole)[];

export interface Hole {
  /** The text in the hole until the user replaces it. */
  readonly hole: string;
  readonly choices?: readonly string[];
}

export interface CompletionItem {
  readonly label: string;
  readonly kind: ItemKind;
  /** A few words beside the label. */
  readonly detail?: string;
  /** Markdown, which is made when it is asked for. */
  readonly documentation?: () => string;
  /** Items with a lower rank are shown first; items of one rank are shown in their order. */
  readonly rank: number;
  /** The characters of the text that the item replaces. */
  readonly at: Pick<Edit, "start" | "end">;
  /** The text that replaces them. */
  readonly text: string;
  /** The same with holes, for a client that has them. */
  readonly snippet?: Snippet;
  /** Changes elsewhere in the text, such as an import. */
  readonly edits?: readonly Edit[];
}

/** An item as a source gives it: without a span it replaces the word at the position, and without a text it inserts its label. */
export type Draft = Omit<CompletionItem, "at" | "text"> & Partial<Pick<CompletionItem, "at" | "text">>;

/** Makes a snippet of a text whose holes are written `${name}`. */
export function snippetOf(template: string): Snippet {
  return template
    .split(/(\$\{[^}]*\})/u)
    .filter((piece) => piece !== "")
    .map((piece) => (piece.startsWith("${") ? { hole: piece.slice(2, -1) } : piece));
}

/** The text of a snippet whose holes are not filled. */
export function textOfSnippet(snippet: Snippet): string {
  return snippet.map((piece) => (typeof piece === "string" ? piece : piece.hole)).join("");
}
