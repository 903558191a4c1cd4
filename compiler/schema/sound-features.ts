import type { CallableTable } from "./types.ts";

/** Features of audio that a model can get. */
export const soundFeatures = {
  log_mel: {
    doc: "Logarithm of the energy in bands of the mel scale: `tokens[frames × mels]`, one frame per `hop`, standardised by the training split. A frame is weighted by a periodic Hann window and padded to a power of two at which every band has a frequency. Bands are triangles of height 1 on the HTK scale, 2595·log₁₀(1 + f∕700). The value is ln(energy + 10⁻⁶), for samples in −1..1. `centre` says if a frame begins at its hop or is centred on it.",
    source:
      "Davis & Mermelstein, 1980; mel scale of the HTK Book (Young et al.), §5.4; energies as torchaudio's MelSpectrogram; frames as its own or librosa's by `centre`",
    options: {
      mels: { type: { kind: "int", min: 1, max: 1024 }, default: 64, doc: "Number of bands." },
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
        doc: "Distance between the beginnings of two frames.",
      },
      centre: {
        type: { kind: "one_of", options: ["none", "zeros", "reflect"] },
        default: "none",
        doc: "With `none`, frame t begins at t hops, and the end is padded with zeros. Otherwise frame t is centred there, so that there is one frame more, and both ends are padded with zeros, as in librosa, or with the mirrored audio, as in torchaudio.",
      },
      low: {
        type: { kind: "number", min: 0, measure: "frequency" },
        default: 0,
        unit: "Hz",
        doc: "Lower edge of the lowest band.",
      },
      high: {
        type: { kind: "number", min: 1, measure: "frequency" },
        unit: "Hz",
        doc: "Upper edge of the highest band; by default half of the rate.",
      },
    },
  },
  waveform: {
    doc: "The samples, in −1..1, cut into consecutive frames: `tokens[frames × frame]`.",
    options: {
      frame: {
        type: { kind: "int", min: 1, max: 65536 },
        default: 160,
        unit: "samples",
        doc: "Number of samples in a frame.",
      },
    },
  },
} as const satisfies CallableTable;
