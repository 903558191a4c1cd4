import type { CallableTable } from "./types.ts";

/** How pictures become pixels. */
const pictureOptions = {
  height: { type: { kind: "int", min: 1, max: 4096 }, required: true, unit: "pixels", doc: "Rows of the grid." },
  width: { type: { kind: "int", min: 1, max: 4096 }, required: true, unit: "pixels", doc: "Columns of the grid." },
  channels: {
    type: { kind: "int", min: 1, max: 4 },
    default: 3,
    doc: "1 grey, 3 red green blue, 4 with opacity. Without opacity a picture lies on `background`.",
  },
  fit: {
    type: { kind: "one_of", options: ["contain", "cover", "stretch"] },
    default: "contain",
    doc: "How another aspect ratio is fitted: padded, cropped at the centre, or stretched.",
  },
  background: {
    type: { kind: "one_of", options: ["white", "black"] },
    default: "white",
    doc: "What shows through transparent places and beside a `contain`ed picture.",
  },
} as const;

/** Kinds of inputs. What reads them is `runtime/data/features/`, one file a kind. */
export const modalities = {
  image: {
    doc: "A picture: `grid[height × width × channels]` with values in 0..1, scaled to this size by a Lanczos window with antialiasing, as Pillow does. Reads PNG, JPEG, WebP, GIF, AVIF, TIFF and SVG from a file reference or a data URI.",
    options: pictureOptions,
  },
  text: {
    doc: "Words: `ids[most]` with a mask, from one column, or from several as segments with separators.",
    options: {
      most: {
        type: { kind: "int", min: 1, max: 65536 },
        default: 64,
        unit: "tokens",
        doc: "Length of the sequence; what is longer is cut, the longest segment first.",
      },
      tokenizer: { type: { kind: "call", family: "tokenizer" }, default: "bpe", doc: "How text becomes ids." },
      segments: {
        type: { kind: "int", min: 1, max: 8 },
        default: 1,
        doc: "How many columns are joined at most; each token knows its segment. A data set may have fewer: a sentence among pairs is a first segment alone.",
      },
      separators: {
        type: { kind: "one_of", options: ["between", "after"] },
        default: "between",
        doc: "Where separators stand: between segments, or after each of them as BERT has it.",
      },
      lowercase: { type: { kind: "bool" }, default: false, doc: "Fold case before tokenizing." },
      missing: {
        type: { kind: "list", element: { kind: "string" } },
        doc: 'Cells that say nothing, besides empty ones: `["NA", "?"]`.',
      },
      buckets: {
        type: { kind: "list", element: { kind: "int", min: 2, max: 65536 } },
        unit: "tokens",
        doc: "Up to three shorter lengths at which graphs are compiled besides `most`: `[16, 32]`. A batch then has rows that fit one length, and costs no more than that; losses, gradients and predictions are the same, the order of rows in training is another. Without buckets every row costs as much as `most` tokens.",
      },
    },
  },
  table: {
    doc: "Columns of the data set's own table: `ids[columns]`, numeric columns first, with the numbers beside them. `embed_columns` makes a token of each column, `as_vector` one vector of all. Numbers are standardised by the training split; what a row lacks has an id of its own in every column, and the number 0.",
    options: {
      numeric: {
        type: { kind: "list", element: { kind: "string" }, distinct: true },
        default: [],
        doc: "Columns of numbers.",
      },
      categorical: {
        type: { kind: "ordered_map", value: { kind: "int", min: 1, max: 1000000 } },
        doc: "Columns of categories, and how many each has: `{ sex: 2, port: 4 }`. They are learnt from the training split, the most frequent ones first; any other is unknown.",
      },
      missing: {
        type: { kind: "list", element: { kind: "string" }, distinct: true },
        default: [],
        doc: 'Cells that say nothing, besides empty ones: `["NA", "?"]`.',
      },
    },
  },
  audio: {
    doc: "A sound: `tokens[frames × width]` with a mask of the frames that it reaches; what is longer than `seconds` is cut. Reads WAV, FLAC, Ogg Vorbis and MP3 from a file reference or a data URI; channels are averaged. `as_grid` makes a picture of a spectrogram, of which `patches` can be cut.",
    options: {
      seconds: {
        type: { kind: "number", min: 0.001, max: 86400, measure: "time" },
        required: true,
        unit: "seconds",
        doc: "Length.",
      },
      rate: {
        type: { kind: "int", min: 100, max: 384000, measure: "frequency" },
        default: 16000,
        unit: "Hz",
        doc: "Samples a second, to which a sound is resampled.",
      },
      features: {
        type: { kind: "call", family: "sound_features" },
        default: "log_mel",
        doc: "What the model sees of it.",
      },
    },
  },
  series: {
    doc: "What changes over time: `tokens[steps × channels]` with a mask. Each channel is standardised by the training split; a value that is not there is 0, a step without any value is masked.",
    options: {
      steps: {
        type: { kind: "int", min: 1, max: 1000000 },
        required: true,
        unit: "steps",
        doc: "Length of the sequence; what is longer is cut.",
      },
      channels: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 1, max: 65536 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        default: 1,
        doc: "How many numbers a step has, in one column as a list of steps or in several columns a step each (numbers alone where it is 1); or names of columns, each with a list over time.",
      },
      keep: {
        type: { kind: "one_of", options: ["first", "last"] },
        default: "last",
        doc: "Which steps of a longer series are kept.",
      },
    },
  },
  video: {
    doc: "A film: `volume[frames × height × width × channels]` with values in 0..1 and a mask of the frames that there are. Reads a folder of pictures in the natural order of their names (`frame2.png` before `frame10.png`), or a list of pictures; of more than `frames`, the middles of as many stretches of equal length. `tubelets` cuts it into tokens.",
    options: {
      frames: {
        type: { kind: "int", min: 1, max: 4096 },
        required: true,
        unit: "frames",
        doc: "How many pictures are taken.",
      },
      ...pictureOptions,
    },
  },
  regions: {
    doc: "What a detector found in a picture: `regions[most × width]`, which are tokens that know their boxes, with a mask. Reads an object `{ features, boxes, size }`, in the cell or in a JSON file: lists of lists of numbers, or references to `.npy` files. Boxes are x₁, y₁, x₂, y₂: in pixels where there is the picture's `size`, its width and height, else in shares of it.",
    options: {
      most: {
        type: { kind: "int", min: 1, max: 65536 },
        required: true,
        unit: "regions",
        doc: "How many are kept, from the first on.",
      },
      width: { type: { kind: "int", min: 1, max: 65536 }, required: true, doc: "Numbers that a region has." },
    },
  },
  tensor: {
    doc: "Numbers as they are: a list, or a list of lists, in a JSON column. `vector[D]` for one dimension, `tokens[N × D]` for two, `grid[H × W × C]` for three.",
    options: {
      shape: {
        type: { kind: "list", element: { kind: "int", min: 1 } },
        required: true,
        doc: "The dimensions, outermost first.",
      },
    },
  },
} as const satisfies CallableTable;
