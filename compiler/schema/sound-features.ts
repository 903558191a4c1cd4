import type { CallableTable } from "./types.ts";

/** What a model sees of a sound. */
export const soundFeatures = {
  log_mel: {
    doc: "Logarithm of the energy in bands of the mel scale: `tokens[frames × mels]`, a frame each `hop`, standardised by the training split. A frame is weighed by a periodic Hann window and padded to a power of two in which every band has a frequency; bands are triangles of height 1 on the HTK scale, 2595·log₁₀(1 + f∕700); the value is ln(energy + 10⁻⁶), for samples in −1..1. A frame begins at its hop, or has it in its middle: `centre`.",
    source:
      "Davis & Mermelstein, 1980; mel scale of the HTK Book (Young et al.), §5.4; energies as torchaudio's MelSpectrogram; frames as its own or librosa's by `centre`",
    options: {
      mels: { type: { kind: "int", min: 1, max: 1024 }, default: 64, doc: "How many bands." },
      window: {
        type: { kind: "number", min: 0.001, max: 10, measure: "time" },
        default: 0.025,
        unit: "seconds",
        doc: "Length of a frame.",
      },
      hop: {
        type: { kind: "number", min: 0.001, max: 10, measure: "time" },
        default: 0.01,
        unit: "seconds",
        doc: "From the beginning of a frame to that of the next.",
      },
      centre: {
        type: { kind: "one_of", options: ["none", "zeros", "reflect"] },
        default: "none",
        doc: "By `none` frame t begins at t hops, and behind the end there are zeros. Otherwise its middle is there, so that there is one frame more, and beyond both ends there are zeros, as in librosa, or the sound mirrored, as in torchaudio.",
      },
      low: {
        type: { kind: "number", min: 0, measure: "frequency" },
        default: 0,
        unit: "Hz",
        doc: "Where the lowest band begins.",
      },
      high: {
        type: { kind: "number", min: 1, measure: "frequency" },
        unit: "Hz",
        doc: "Where the highest band ends; by default half of the rate.",
      },
    },
  },
  waveform: {
    doc: "The samples themselves, in −1..1, cut into frames that follow each other: `tokens[frames × frame]`.",
    options: {
      frame: { type: { kind: "int", min: 1, max: 65536 }, default: 160, unit: "samples", doc: "Samples of a frame." },
    },
  },
} as const satisfies CallableTable;
