import type { CallableTable } from "./types.ts";

const column = {
  type: { kind: "string", names: "column" },
  required: true,
  doc: "The field of the data set with the right answer.",
} as const;

const missing = {
  type: { kind: "list", element: { kind: "string" } },
  doc: 'Cells that count as missing, in addition to empty ones: `["NA", "?"]`. Such a row has no target.',
} as const;

/** Options of targets that hide parts of a modality. */
const hidden = {
  modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The modality of which parts are hidden." },
  rate: {
    type: { kind: "rate" },
    default: 0.15,
    doc: "Fraction of parts that are predicted. A row has room for one and a half times as many; further ones are left unchanged.",
  },
  keep: { type: { kind: "rate" }, default: 0.1, doc: "Fraction of the predicted parts that the model sees unchanged." },
} as const;

const overlap = {
  type: { kind: "rate" },
  doc: "Regions whose intersection over union with a hidden region is larger are hidden too, since they show the same; they are not predicted. Without it, no other region is hidden.",
} as const;

/** Kinds of targets. */
export const targets = {
  category: {
    doc: "One of several classes. Losses: `cross_entropy` (default), `focal`.",
    options: {
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 2 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "Number of classes, or their names in order. With a number, the names are found in the data and sorted: as numbers if all are numbers, else by name. If the data has fewer classes, the remaining outputs belong to no class and are masked in loss, metrics and predictions. A row with an unknown label is a bad row.",
      },
      class_weights: {
        type: {
          kind: "either",
          types: [
            { kind: "one_of", options: ["balanced"] },
            { kind: "list", element: { kind: "number", min: 0, max: 1e30 } },
            { kind: "ordered_map", value: { kind: "number", min: 0, max: 1e30 } },
          ],
        },
        doc: "A factor on the weight of training rows of each class: a list in the order of the classes, or a map by name (omitted classes get 1). `balanced` is rows ∕ (classes · rows of the class) in the training split, so that all classes have the same total weight.",
      },
      missing,
    },
  },
  labels: {
    doc: "Any number of classes at once: a list of names in a JSON column, or names separated by `|`. Loss: `binary_cross_entropy`.",
    options: {
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 1 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "Number of classes, or their names in order, as in `category`.",
      },
      soft: {
        type: { kind: "bool" },
        doc: 'If true, a cell may give a share between 0 and 1 for each label, as when people were asked and did not agree: `{ "yes": 0.6, "no": 0.3 }`. Labels that it does not name have 0. Metrics other than `soft_accuracy` count a share above one half as the label.',
      },
      missing,
    },
  },
  number: {
    doc: "A real number. Losses: `mse` (default), `mae`, `huber`.",
    options: {
      column,
      standardise: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, the model learns (number − mean) ∕ deviation, with the mean and the deviation of the training split, so that a task's loss does not depend on the unit of its numbers. The loss, and `delta` of `huber`, are then on that scale; metrics, baselines and predictions remain in the unit of the data.",
      },
      missing,
    },
  },
  vector: {
    doc: "Several real numbers: a list, in text files as JSON. Losses, each the mean over the numbers: `mse` (default), `mae`, `huber`.",
    options: {
      column,
      size: {
        type: { kind: "int", min: 1, max: 65536 },
        required: true,
        doc: "Number of elements. A row with another number of them is a bad row.",
      },
      standardise: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, the model learns (number − mean) ∕ deviation of each element, with a mean and a deviation of the training split for each; as in `number`.",
      },
      missing,
    },
  },
  ranking: {
    doc: "The relevant candidates of a row (`each` in the data set's `columns`): the index of the relevant one, from 0, or a list with the relevance of each. Losses: `listwise` (default), `binary_cross_entropy`.",
    options: { column, missing },
  },
  choice: {
    doc: "One of the regions that a row has: the head gives a score for each, as `linear(1)` does. A cell has the index of the right region, from 0, or a box, `[x₁, y₁, x₂, y₂]` in fractions of the picture, or `{ box, size }` in pixels; each region is then as right as it overlaps the box, by their intersection over their union. A row with no region that overlaps enough stays, and every choice is wrong. Losses: `listwise` (default), `binary_cross_entropy`.",
    source: "Kazemzadeh et al., 2014; Lu et al., 2020, §3.2",
    options: {
      modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The regions." },
      column,
      overlap: {
        type: { kind: "rate" },
        default: 0.5,
        doc: "The least intersection over union with the box of a region that is not wrong.",
      },
      among: {
        type: { kind: "string", names: "column" },
        doc: "The field with the indices of the regions that can be chosen, a list, in text files as JSON; without it, all can.",
      },
      missing,
    },
  },
  contrastive: {
    doc: "A vector of each of two modalities, close together for values that belong together: `from: (drawing -> see, name -> read)`, in the order of the two names. Vectors are made of length 1, and the score of a pair is their dot product. In training the other rows of the batch are the negatives; a row of weight 0, or with an equal value of one of the modalities, is none. `negatives` adds values that are known to be wrong. Losses: `info_nce` (default), `pairwise_sigmoid`.",
    source: "Radford et al., 2021, §2.3",
    options: {
      first: { type: { kind: "name", of: "modality" }, required: true, doc: "The modality of the first vector." },
      second: { type: { kind: "name", of: "modality" }, required: true, doc: "The modality of the second vector." },
      width: {
        type: { kind: "int", min: 1, max: 65536 },
        required: true,
        doc: "Number of elements of each vector.",
      },
      evaluate: {
        type: { kind: "int", min: 2 },
        doc: "Number of candidates among which metrics rank: the right ones of a row, and others drawn from the split, which are the same in each evaluation. By default all different values of the split.",
      },
      negatives: {
        type: { kind: "list", element: { kind: "name", of: "modality" }, distinct: true },
        doc: "Further modalities, of the kind of `second`, each with a value that is a wrong partner of the row's first one. `from` has a vector of each after the two. In training, those of all rows of the batch are further negatives of every first value, and not of the second ones. A row may lack them; evaluation and prediction do not read them.",
      },
    },
  },
  matching: {
    doc: "The pair of a row's values of two modalities among pairs with values of other rows (`head` gives one score for a pair). A value that equals the row's own is not drawn, nor is that of a row of weight 0. Wrong pairs are drawn anew for each example and epoch; in evaluation they are always the same, have the first value of the row, and are as many as `evaluate` says. Losses: `listwise` (default), `binary_cross_entropy`.",
    source: "Lu et al., 2020, §3.2; Li et al., 2021",
    options: {
      first: {
        type: { kind: "name", of: "modality" },
        required: true,
        doc: "The modality whose value is the query in evaluation.",
      },
      second: {
        type: { kind: "name", of: "modality" },
        required: true,
        doc: "The modality whose values are ranked in evaluation.",
      },
      negatives: {
        type: { kind: "map", value: { kind: "int", min: 0, max: 1000 }, keys: "modality" },
        doc: "Number of wrong pairs of a training example in which the value of each modality is that of another training row: `{ words: 1, photo: 2 }`. By default one of each.",
      },
      hard: {
        type: { kind: "map", value: { kind: "string", names: "column" }, keys: "modality" },
        doc: 'One further wrong pair for each listed modality, with a value of one of the rows that a column lists: `{ words: "neighbours" }`. A cell is a list of numbers of rows of the data set, counted from 0, in text files as JSON. Rows that are not for training are passed over; without any other, the row is drawn from all.',
      },
      evaluate: {
        type: { kind: "int", min: 2, max: 100000 },
        doc: "Number of pairs that are ranked in evaluation, the right one included; by default as many as in training.",
      },
    },
  },
  aligned: {
    doc: "A yes or no: a row's values of two modalities belong together, or the second one is that of another row. The head gives two logits, the second for yes. Rows are drawn anew for each example and epoch. Losses: `cross_entropy` (default), `focal`.",
    source: "Lu et al., 2019, §3.2",
    options: {
      first: { type: { kind: "name", of: "modality" }, required: true, doc: "The modality whose value stays." },
      second: {
        type: { kind: "name", of: "modality" },
        required: true,
        doc: "The modality whose value may be that of another row.",
      },
      rate: { type: { kind: "rate" }, default: 0.5, doc: "Fraction of rows whose values belong together." },
    },
  },
  boxes: {
    doc: 'A set of objects in a picture, each with a class and a box: a column with `{"boxes": [[x₁, y₁, x₂, y₂], …], "classes": [name, …]}`, in text files as JSON, in fractions of the picture, or in pixels if `"size": [width, height]` gives its size. The outputs are `logits` [queries × (classes + 1)], of which the last is for no object, and `boxes` [queries × 4]: centre x, centre y, width and height as fractions. Predictions have no order; a list of predictions, such as one for each layer of a decoder, is supervised as a whole, and the last one is what the task predicts. Loss: `set_prediction` (default), or one that is written in the language.',
    source: "Carion et al., 2020, §3",
    options: {
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 1 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "Number of classes, or their names in order, as in `category`.",
      },
      most: {
        type: { kind: "int", min: 1, max: 1000 },
        required: true,
        doc: "Largest number of objects of a row. A row with more of them is a bad row.",
      },
      queries: {
        type: { kind: "int", min: 1, max: 1000 },
        required: true,
        doc: "Number of predictions of a row; at least `most`.",
      },
      missing,
    },
  },
  masked: {
    doc: "The tokens of a text that are hidden from the model, which sees the corrupted text; they are drawn anew for each example and epoch. `masked_positions(text)` gives queries for them, `original(text)` is the uncorrupted text. Losses: `cross_entropy` (default), `focal`.",
    source: "Devlin et al., 2019, §3.1",
    options: {
      modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The text." },
      rate: {
        type: { kind: "rate" },
        default: 0.15,
        doc: "Fraction of tokens that are predicted. A row has room for one and a half times as many; further ones are left unchanged.",
      },
      keep: {
        type: { kind: "rate" },
        default: 0.1,
        doc: "Fraction of the predicted tokens that the model sees unchanged.",
      },
      replace: {
        type: { kind: "rate" },
        default: 0.1,
        doc: "Fraction of the predicted tokens that are replaced by a random token; the others are replaced by the mask.",
      },
      unit: {
        type: { kind: "one_of", options: ["token", "word"] },
        default: "token",
        doc: "Chooses single tokens or all tokens of a word together; `rate` counts tokens in both cases.",
      },
    },
  },
  reconstruct: {
    doc: "The values of an input that the task uses, which must be an image or a tensor. In training those at `sample` positions, drawn anew for each example and epoch; in evaluations and predictions those at all positions. `reconstructed_positions(photo)` gives the positions, from which queries are made; the head gives the values of each. Losses, each the mean over the values: `mse` (default), `mae`, `huber`.",
    source: "Jaegle et al., 2022, §4.3",
    options: {
      modality: {
        type: { kind: "name", of: "modality" },
        required: true,
        doc: "The image, whose values are in 0..1, or the tensor.",
      },
      patch: {
        type: { kind: "int", min: 1, max: 4096 },
        default: 1,
        doc: "Size of a position: `patch × patch` pixels of an image or of a tensor of three axes, in the order of the block `patches`; of another tensor, as many elements of its first axis.",
      },
      sample: {
        type: { kind: "int", min: 1, max: 1000000 },
        doc: "Number of positions that are drawn for a training example; by default all positions.",
      },
    },
  },
  masked_classes: {
    doc: "The classes of regions that are hidden from the model: their features are 0, and their boxes stay. They are drawn anew for each example and epoch. `masked_positions(photo)` gives queries for them, and `visible(photo)` leaves them out. A class may be one of a distribution, as a detector gives it. Losses: `cross_entropy` (default), `kl_divergence`, `focal`.",
    source: "Lu et al., 2019, §3.2; overlap: Lu et al., 2020, §3.3",
    options: { ...hidden, overlap },
  },
  masked_values: {
    doc: "The numbers of parts that are hidden from the model, where they are 0: the features of regions, the pixels of a picture's patches (0 to 1, row by row), or the numbers of the steps of a series or a sound, as the model reads them. They are drawn anew for each example and epoch. `masked_positions(photo)` gives queries for them, and `visible(photo)` leaves them out. Losses, each the mean over the numbers: `mse` (default), `mae`, `huber`.",
    source: "Tan & Bansal, 2019, §3.1; patches: Xie et al., 2022",
    options: {
      ...hidden,
      overlap,
      patch: {
        type: { kind: "int", min: 1, max: 4096 },
        unit: "pixels",
        doc: "The side of the square patches of a picture, which needs it; it divides height and width.",
      },
    },
  },
  sequence: {
    doc: "The tokens of a text, each predicted from those before it. In this task the text is what the model has so far: its first token is the start and every other one is the token before, so that a position sees no token at or behind it unless attention looks ahead (`causal: true` prevents that). In training and for losses these are the right tokens; texts are then generated a token at a time. The text needs `separators: after`, since its last token is the separator. Losses: `cross_entropy` (default), `focal`.",
    source: "Sutskever et al., 2014; teacher forcing as in Williams and Zipser, 1989",
    options: {
      modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The text." },
      decode: {
        type: { kind: "call", family: "decoding" },
        default: "greedy",
        doc: "The way in which evaluations and predictions choose tokens.",
      },
    },
  },
  tags: {
    doc: "A class for each word of a text, as in tagging of parts of speech or of names: a list of names in a JSON column, or names with white space between, one for each word. The tag of a word is at its first token; tokens within words do not count. Words begin at the tokens that have white space before them, and with `word_piece` also at punctuation marks. Losses: `cross_entropy` (default), `focal`.",
    source: "Devlin et al., 2019, §5.3",
    options: {
      modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The text whose words are tagged." },
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 2 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "Number of classes, or their names in order, as of `category`. `span_f1` understands names such as `B-PER`, `I-PER` and `O`.",
      },
      missing,
    },
  },
} as const satisfies CallableTable;
