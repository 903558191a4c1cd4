/** An example of the page: a specification of `examples/` with fewer rows and fewer steps. */
export interface PageExample {
  /** The name of the file in `examples/`. */
  readonly specification: string;
  readonly title: string;
  readonly description: string;
  /** The expected share of the rows of each table, by its path in the specification. All rows of other tables are kept. */
  readonly share: { readonly [path: string]: number };
  /** The column whose values are kept or left out with all of their rows. Without it, rows are chosen one by one. */
  readonly together?: string;
  /** Texts of the specification that occur once, and their replacements: shorter trainings. */
  readonly edits: readonly (readonly [text: string, replacement: string])[];
}

/** The page's examples in the order of its menu: the quickest ones, then the systems of the literature. */
export const pageExamples: readonly PageExample[] = [
  {
    specification: "digit_reader.mtl",
    title: "Handwritten digits",
    description: "Three convolutions learn in seconds to read a digit; then draw one yourself.",
    share: { "data/digits/digits.jsonl": 0.3 },
    edits: [],
  },
  {
    specification: "strikes.mtl",
    title: "Bird strikes: four labels a row",
    description:
      "Phase, time, damage and speed of collisions of aircraft with birds, by experts that four tasks share (MMoE). The setting “architecture” has five other ways of sharing.",
    share: { "data/birdstrikes/strikes.jsonl": 0.4 },
    edits: [],
  },
  {
    specification: "mbt.mtl",
    title: "MBT: attention bottlenecks",
    description: "The group of an emoji from its drawing and its name, which exchange information through four tokens.",
    share: { "data/emoji/emoji.jsonl": 0.17 },
    together: "concept",
    edits: [],
  },
  {
    specification: "perceiver.mtl",
    title: "Perceiver: latents read pixels",
    description: "Handwritten digits from their 784 pixels: a few latents read all of them twice.",
    share: { "data/digits/digits.jsonl": 0.2 },
    edits: [["epochs: 8", "epochs: 3"]],
  },
  {
    specification: "perceiver_io.mtl",
    title: "Perceiver IO: hidden bytes",
    description: "Hidden bytes of English text. Each is decoded by a query of its own.",
    share: { "data/brown/brown.jsonl": 0.05 },
    edits: [["steps: 1500", "steps: 300"]],
  },
  {
    specification: "omninet.mtl",
    title: "OmniNet: captions, tags, questions, videos",
    description:
      "Four tasks over pictures, texts and videos, by one decoder that reads a spatial and a temporal cache.",
    share: {
      "data/omninet/captions.jsonl": 0.15,
      "data/omninet/questions.jsonl": 0.08,
      "data/omninet/videos.jsonl": 0.15,
      "data/omninet/tags.jsonl": 0.3,
    },
    edits: [["steps: 1500", "steps: 60"]],
  },
  {
    specification: "mt_dnn.mtl",
    title: "MT-DNN: four text tasks",
    description:
      "One encoder classifies sentences and pairs, rates similarity and ranks definitions; then each task fine-tunes a copy.",
    share: {
      "data/texts/genre.jsonl": 0.2,
      "data/texts/relation.jsonl": 0.2,
      "data/texts/similarity.jsonl": 0.2,
      "data/texts/kind.jsonl": 0.1,
    },
    edits: [
      ["epochs: 3", "epochs: 1"],
      ["epochs: 2", "epochs: 1"],
    ],
  },
  {
    specification: "twelve_in_one.mtl",
    title: "12-in-1: words and regions",
    description: "ViLBERT's two streams answer questions about scenes, find what a phrase names, and match captions.",
    share: {
      "data/scenes/questions.jsonl": 0.15,
      "data/scenes/phrases.jsonl": 0.15,
      "data/scenes/captions.jsonl": 0.15,
    },
    together: "scene",
    edits: [
      ["steps: 600", "steps: 60"],
      ["steps: 1500", "steps: 150"],
    ],
  },
  {
    specification: "ca_mtl.mtl",
    title: "CA-MTL: an encoder that knows its task",
    description: "Four text tasks of very different sizes over one encoder that a vector of the task conditions.",
    share: {
      "data/brown/brown.jsonl": 0.05,
      "data/uneven/sense.jsonl": 0.2,
      "data/uneven/spam.jsonl": 0.2,
      "data/uneven/valence.jsonl": 0.5,
      "data/texts/genre.jsonl": 0.2,
    },
    edits: [
      ["steps: 600\n  clip: 1.0\n  checkpoint: checkpoint(every: 50%)", "steps: 100\n  clip: 1.0"],
      ["steps: 600\n  clip: 1.0\n  checkpoint: checkpoint(every: 100)", "steps: 100\n  clip: 1.0"],
    ],
  },
  {
    specification: "unit.mtl",
    title: "UniT: boxes, questions, genres",
    description:
      "One decoder finds objects in pictures, answers questions about them, and names the genre of sentences.",
    share: { "data/canvases/canvases.jsonl": 0.15, "data/texts/genre.jsonl": 0.1 },
    edits: [["steps: 2000", "steps: 200"]],
  },
  {
    specification: "hypergrid.mtl",
    title: "HyperGrid: gated feed-forward weights",
    description:
      "Four text tasks share the weights of one T5 encoder, which a grid of gates uses differently for each.",
    share: {
      "data/texts/genre.jsonl": 0.2,
      "data/texts/relation.jsonl": 0.2,
      "data/uneven/spam.jsonl": 0.2,
      "data/uneven/valence.jsonl": 0.5,
    },
    edits: [["steps: 1500", "steps: 150"]],
  },
  {
    specification: "m3p.mtl",
    title: "M3P: drawings by foreign names",
    description:
      "Drawings have English names only, and a dictionary switches words, so that a German or French name finds its drawing.",
    share: { "data/emoji/named.jsonl": 0.8 },
    edits: [
      ["steps: 600", "steps: 60"],
      ["steps: 1600", "steps: 120"],
    ],
  },
  {
    specification: "adapters.mtl",
    title: "AdapterHub: adapters and their fusion",
    description: "Three tasks train adapters on a frozen encoder, and a task with few labels attends to all three.",
    share: {
      "data/definitions/verb.jsonl": 0.15,
      "data/definitions/kind.jsonl": 0.3,
      "data/definitions/rare-noun.jsonl": 0.15,
      "data/definitions/noun.jsonl": 0.3,
      "data/texts/similarity.jsonl": 0.2,
      "data/texts/relation.jsonl": 0.2,
    },
    edits: [
      [
        "cache: off\n  optimizer: adamw(rate: 5e-3)\n  schedule: linear(warmup: 10%)\n  batch: 32\n  steps: 1200",
        "cache: off\n  optimizer: adamw(rate: 5e-3)\n  schedule: linear(warmup: 10%)\n  batch: 32\n  steps: 150",
      ],
      ["steps: 1200", "steps: 150"],
      ["steps: 250", "steps: 60"],
    ],
  },
  {
    specification: "madx.mtl",
    title: "MAD-X: adapters of languages",
    description:
      "A task is learnt from English names of emoji, above English adapters, and done in German above German ones.",
    share: {},
    edits: [
      ["steps: 1000", "steps: 150"],
      ["steps: 600", "steps: 100"],
      ["steps: 300", "steps: 100"],
    ],
  },
];

/** The name of an example, as links and folders have it. */
export const nameOf = ({ specification }: Pick<PageExample, "specification">): string =>
  specification.replace(/\.mtl$/u, "");
