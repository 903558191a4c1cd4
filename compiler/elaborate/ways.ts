import { type Stream, shapeOf } from "./value.ts";
import type { StreamKind } from "../resolve/parameter-type.ts";

/** The kinds of streams as users think of them: ids are the words of a text, or the columns of a table. */
type From = Exclude<StreamKind, "ids"> | "words" | "columns";

/** `numbers` stands for blocks that take any stream except ids. */
type To = StreamKind | "numbers";

const fromPicture = "`patches(size)` cuts a picture into tokens, and `as_tokens` makes each of its positions a token";
const fromFilm = "`tubelets(size)` cuts a video into tokens";
const oneOfTokens = "take one token (`.first`, or `.cls` behind `with_cls`) or their `mean`";
const idsAreGiven = "Ids come straight from a modality of the kind `text` or `table`";
const isVector =
  "This is one vector and no sequence: it goes into `linear` and `mlp` as it is. Tokens come from `embed`, `embed_columns`, `patches` or `tubelets`";

/** Hints for messages: the ways to convert a stream of one kind to another kind. */
const ways: { readonly [F in From]: { readonly [T in To]?: string } } = {
  words: {
    numbers: "`embed(width)` gives each word a vector, and `embed(width) -> mean` the text one.",
    tokens: "`embed(width)` gives each word a vector.",
    vector: "`embed(width) -> mean` gives one vector.",
    grid: "A picture comes from a modality of the kind `image`.",
  },
  columns: {
    numbers: "`as_vector` makes one vector of a row, and `embed_columns(width)` a token of each column.",
    tokens: "`embed_columns(width)` makes a token of each column.",
    vector: "`as_vector` makes one vector of a row; so does `embed_columns(width) -> mean`.",
    grid: "A picture comes from a modality of the kind `image`.",
  },
  grid: {
    tokens: `${fromPicture}.`,
    vector: `${fromPicture}; then ${oneOfTokens}.`,
    ids: `${idsAreGiven}. A picture is numbers already: ${fromPicture}, and \`linear(width)\` gives them their width.`,
  },
  volume: {
    tokens: `${fromFilm}.`,
    grid: `${fromFilm}.`,
    vector: `${fromFilm}; then ${oneOfTokens}.`,
    ids: `${idsAreGiven}. A video is numbers already: ${fromFilm}, and \`linear(width)\` gives them their width.`,
  },
  tokens: {
    grid: "`as_grid` takes tokens as a picture with one channel.",
    vector: `Here ${oneOfTokens}.`,
    ids: `${idsAreGiven}. Tokens are vectors already: \`linear(width)\` gives them another width.`,
  },
  regions: {
    vector: "`embed_regions(width) -> mean` makes one vector of them.",
    ids: `${idsAreGiven}. Regions are vectors already: \`embed_regions(width)\` gives them another width and tells where they are.`,
    grid: "A picture comes from a modality of the kind `image`.",
  },
  vector: {
    tokens: `${isVector}.`,
    ids: `${idsAreGiven}. This is numbers already: \`linear(width)\` gives it another width.`,
    grid: "A picture comes from a modality of the kind `image`, or of the kind `tensor` with three sizes.",
  },
  scalar: {},
  tensor: {},
};

export function wayTo(stream: Stream, to: To): string | undefined {
  return ways[fromOf(stream)][to];
}

function fromOf({ kind, idsOf }: Stream): From {
  return kind === "ids" ? (idsOf ?? "words") : kind;
}

/** A hint for a head whose stream is not a vector: the way to a vector from which scores can be computed. */
export function wayToOneVector(stream: Stream, scores: string): string {
  if (stream.kind === "ids") return `${wayTo(stream, "numbers") ?? ""} Then end in \`${scores}\`.`;
  if (stream.kind === "grid")
    return `Make it tokens (\`patches(size)\`, \`as_tokens\`) and take their \`mean\` before \`${scores}\`.`;
  if (stream.kind === "volume")
    return `Make it tokens (\`tubelets(size)\`) and take their \`mean\` before \`${scores}\`.`;
  if (shapeOf(stream).length > 1)
    return `Take one token (\`.first\`, or \`.cls\` behind \`with_cls\`) or their \`mean\` before \`${scores}\`.`;
  return `Let the head end in \`${scores}\`.`;
}
