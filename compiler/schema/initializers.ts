import type { CallableTable } from "./types.ts";

const gain = { type: { kind: "number", min: 0 }, default: 1, doc: "A factor on the deviation." } as const;

/** Initial values of weights, keyed by (seed, name of the weight). Fans are those of the last two dimensions. */
export const initializers = {
  zeros: { doc: "0.", options: {} },
  ones: { doc: "1.", options: {} },
  constant: { doc: "One value.", options: { value: { type: { kind: "number" }, required: true, doc: "The value." } } },
  normal: {
    doc: "Normal distribution around 0.",
    options: { deviation: { type: { kind: "number", min: 0 }, default: 0.02, doc: "Standard deviation." } },
  },
  truncated_normal: {
    doc: "Normal distribution, redrawn outside two deviations.",
    options: {
      deviation: { type: { kind: "number", min: 0 }, default: 0.02, doc: "Standard deviation before the cut." },
    },
  },
  uniform: {
    doc: "Uniform in −limit..limit.",
    options: { limit: { type: { kind: "number", min: 0 }, required: true, doc: "The bound." } },
  },
  xavier_uniform: {
    doc: "Uniform within √(6 ∕ (fan in + fan out)).",
    source: "Glorot & Bengio, 2010, eq. 16",
    options: { gain },
  },
  xavier_normal: {
    doc: "Normal with deviation √(2 ∕ (fan in + fan out)).",
    source: "Glorot & Bengio, 2010",
    options: { gain },
  },
  he_normal: { doc: "Normal with deviation √(2 ∕ fan in).", source: "He et al., 2015, eq. 10", options: { gain } },
  identity: { doc: "The identity matrix.", options: { gain } },
  orthogonal: { doc: "A random orthogonal matrix.", source: "Saxe et al., 2014", options: { gain } },
} as const satisfies CallableTable;
