import type { CallableTable } from "./types.ts";

const among = {
  type: { kind: "list", element: { kind: "string" }, distinct: true },
  doc: "The only texts that are generated; by default any text.",
} as const;

/** Ways to choose the tokens of a text from the probabilities that a model gives for each next token. */
export const decodings = {
  greedy: { doc: "The most probable token at each position.", options: { among } },
  beam: {
    doc: "The most probable text of those that a beam search finds: at each position it keeps the `width` most probable beginnings.",
    source: "Wu et al., 2016, section 7",
    options: {
      width: { type: { kind: "int", min: 1, max: 64 }, default: 4, doc: "Number of beginnings that are kept." },
      length_penalty: {
        type: { kind: "number", min: 0, max: 10 },
        default: 0.6,
        doc: "α of the division of a text's log-probability by ((5 + length) ∕ 6)^α, since each further token makes a text less probable. 0 compares log-probabilities as they are.",
      },
      among,
    },
  },
  sample: {
    doc: "A token drawn at random at each position, by its probability. The draws of an example depend on the seed and on the example alone.",
    source: "Fan et al., 2018 (`top_k`); Holtzman et al., 2020 (`top_p`)",
    options: {
      temperature: {
        type: { kind: "number", min: 0.01, max: 100 },
        default: 1,
        doc: "Divides the logits: less than 1 prefers probable tokens.",
      },
      top_k: { type: { kind: "int", min: 1 }, doc: "Draws among this number of most probable tokens; by default all." },
      top_p: {
        type: { kind: "rate" },
        default: 1,
        doc: "Draws among the fewest most probable tokens whose probabilities sum to at least this.",
      },
      seed: { type: { kind: "int", min: 0 }, default: 1, doc: "Seed of the draws." },
      among,
    },
  },
} as const satisfies CallableTable;
