import type { CallableTable } from "./types.ts";

/** Options of modalities that read pictures. */
const pictureOptions = {
  height: { type: { kind: "int", min: 1, max: 4096 }, required: true, unit: "pixels", doc: "Rows of the grid." },
  width: { type: { kind: "int", min: 1, max: 4096 }, required: true, unit: "pixels", doc: "Columns of the grid." },
  channels: {
    type: { kind: "int", min: 1, max: 4 },
    default: 3,
    doc: "1 for grey, 3 for RGB, 4 for RGBA. Without an alpha channel the picture is drawn on `background`.",
  },
  fit: {
    type: { kind: "one_of", options: ["contain", "cover", "stretch"] },
    default: "contain",
    doc: "Treatment of another aspect ratio: `contain` pads, `cover` crops at the centre, `stretch` changes the aspect ratio.",
  },
  background: {
    type: { kind: "one_of", options: ["white", "black"] },
    default: "white",
    doc: "Colour of transparent pixels and of the padding of `contain`.",
  },
} as const;

/** Kinds of inputs. Each is read by a file of its own in `runtime/data/features/`. */
export const modalities = {
  image: {
    doc: "A picture: `grid[height × width × channels]` with values in 0..1, resized with an antialiased Lanczos filter as in Pillow. Reads PNG, JPEG, WebP, GIF, AVIF, TIFF and SVG from a file reference or a data URI.",
    options: pictureOptions,
  },
  text: {
    doc: "Text: `ids[max_length]` with a mask, from one column, or from several as segments with separators.",
    options: {
      max_length: {
        type: { kind: "int", min: 1, max: 65536 },
        deprecated: ["most"],
        default: 64,
        unit: "tokens",
        doc: "Length of the sequence in tokens; longer texts are cut, the longest segment first.",
      },
      tokenizer: { type: { kind: "call", family: "tokenizer" }, default: "bpe", doc: "Converts text to token ids." },
      segments: {
        type: { kind: "int", min: 1, max: 8 },
        default: 1,
        doc: "Largest number of columns that are joined; each token knows its segment. A data set may have fewer: a sentence among pairs is a first segment alone.",
      },
      separators: {
        type: { kind: "one_of", options: ["between", "after", "around"] },
        default: "between",
        doc: "Positions of separators: between segments, after each segment as in BERT, or after each segment and before each but the first as in RoBERTa.",
      },
      lowercase: { type: { kind: "bool" }, default: false, doc: "Fold case before tokenizing." },
      missing: {
        type: { kind: "list", element: { kind: "string" } },
        doc: 'Cells that count as missing, in addition to empty ones: `["NA", "?"]`.',
      },
      buckets: {
        type: { kind: "list", element: { kind: "int", min: 2, max: 65536 } },
        unit: "tokens",
        doc: "Length buckets: up to three shorter lengths for which graphs are compiled in addition to `max_length`, as in `[16, 32]`. A batch then has rows of one bucket and costs only as much as that length. Losses, gradients and predictions are the same; the order of rows in training differs. Without buckets every row costs as much as `max_length` tokens.",
      },
    },
  },
  table: {
    doc: "Columns of the data set's own table: `ids[columns]`, numeric columns first, with the numbers in a second tensor. `embed_columns` makes a token of each column, `as_vector` one vector of all. Numbers are standardised by the training split. A missing value has an id of its own in every column, and the number 0.",
    options: {
      numeric: {
        type: { kind: "list", element: { kind: "string", names: "column" }, distinct: true },
        default: [],
        doc: "Names of numeric columns.",
      },
      categorical: {
        type: { kind: "ordered_map", value: { kind: "int", min: 1, max: 1000000 }, keys: "column" },
        doc: "Categorical columns with the number of categories of each: `{ sex: 2, port: 4 }`. The categories are the most frequent ones of the training split; any other is unknown.",
      },
      missing: {
        type: { kind: "list", element: { kind: "string" }, distinct: true },
        default: [],
        doc: 'Cells that count as missing, in addition to empty ones: `["NA", "?"]`.',
      },
    },
  },
  audio: {
    doc: "Audio: `tokens[frames × width]` with a mask of the frames within its length; audio longer than `seconds` is cut. Reads WAV, FLAC, Ogg Vorbis and MP3 from a file reference or a data URI; channels are averaged. `as_grid` turns a spectrogram into a picture, which `patches` can cut.",
    options: {
      seconds: {
        type: { kind: "number", min: 0.001, max: 86400, measure: "time" },
        required: true,
        unit: "seconds",
        doc: "Length of the audio.",
      },
      rate: {
        type: { kind: "int", min: 100, max: 384000, measure: "frequency" },
        default: 16000,
        unit: "Hz",
        doc: "Sample rate to which audio is resampled.",
      },
      features: {
        type: { kind: "call", family: "sound_features" },
        default: "log_mel",
        doc: "The features that the model gets.",
      },
    },
  },
  series: {
    doc: "A time series: `tokens[steps × channels]` with a mask. Each channel is standardised by the training split; a missing value is 0, and a step without any value is masked.",
    options: {
      steps: {
        type: { kind: "int", min: 1, max: 1000000 },
        required: true,
        unit: "steps",
        doc: "Length of the sequence; longer series are cut.",
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
        doc: "Number of values per step, in one column as a list of steps or in several columns with one step each (plain numbers if it is 1); or names of columns, each with a list over time.",
      },
      keep: {
        type: { kind: "one_of", options: ["first", "last"] },
        default: "last",
        doc: "The end of a longer series that is kept.",
      },
    },
  },
  video: {
    doc: "Video: `volume[frames × height × width × channels]` with values in 0..1 and a mask of the frames that exist. Reads a folder of pictures in the natural order of their names (`frame2.png` before `frame10.png`), or a list of pictures. A longer video is divided into `frames` segments of equal length, and the middle picture of each is used. `tubelets` cuts it into tokens.",
    options: {
      frames: {
        type: { kind: "int", min: 1, max: 4096 },
        required: true,
        unit: "frames",
        doc: "Number of pictures that are used.",
      },
      ...pictureOptions,
    },
  },
  regions: {
    doc: "Regions that a detector found in a picture: `regions[max_regions × width]`, tokens that know their boxes, with a mask. Reads an object `{ features, boxes, size }`, in the cell or in a JSON file: lists of lists of numbers, or references to `.npy` files. Boxes are x₁, y₁, x₂, y₂: in pixels if there is the picture's `size` (width and height), else as fractions of it.",
    options: {
      max_regions: {
        type: { kind: "int", min: 1, max: 65536 },
        deprecated: ["most"],
        required: true,
        unit: "regions",
        doc: "Largest number of regions; the first ones are kept.",
      },
      width: { type: { kind: "int", min: 1, max: 65536 }, required: true, doc: "Number of features of a region." },
      classes: {
        type: { kind: "int", min: 2, max: 65536 },
        doc: "Number of classes by which the detector names regions, for `masked_classes`. The object then has `classes` too: for each region the index of its class, from 0, or the probability of each class. The model does not see them, and examples to be predicted need none.",
      },
    },
  },
  tensor: {
    doc: "Numbers without further processing: a list, or a list of lists, in a JSON column. `vector[D]` for one dimension, `tokens[N × D]` for two, `grid[H × W × C]` for three.",
    options: {
      shape: {
        type: { kind: "list", element: { kind: "int", min: 1 } },
        required: true,
        doc: "Sizes of the dimensions, outermost first.",
      },
    },
  },
} as const satisfies CallableTable;

/** The calls that declare a modality: its kind with options, or another modality that it is read like. */
export const modalityCalls = {
  ...modalities,
  like: {
    doc: "A further modality that is read as another one is: of the same kind, with the same options, and with the vocabulary, the categories and the statistics that are learnt from the values of both. One encoder can then read both: `modality other: like(drawing)`. It has columns of its own.",
    options: {
      modality: {
        type: { kind: "name", of: "modality" },
        required: true,
        doc: "The other modality, which is declared with its kind.",
      },
    },
  },
} as const satisfies CallableTable;
