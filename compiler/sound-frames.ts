import type { ResolvedModality } from "./schema/resolved.ts";

type Sound = Extract<ResolvedModality, { readonly kind: "audio" }>;
export type LogMel = Extract<Sound["features"], { readonly kind: "log_mel" }>;

/** How a sound is cut into frames, in samples. Frame t begins at sample t · hop. */
export interface SoundFrames {
  readonly count: number;
  readonly hop: number;
  readonly window: number;
  /** Numbers that a frame becomes. */
  readonly width: number;
}

export function soundFrames({ seconds, rate, features }: Sound): SoundFrames {
  if (features.kind === "waveform") return { count: Math.floor(Math.round(seconds * rate) / features.frame), hop: features.frame, window: features.frame, width: features.frame };
  const hop = Math.max(Math.round(features.hop * rate), 1);
  return { count: Math.floor(Math.round(seconds * rate) / hop), hop, window: Math.round(features.window * rate), width: features.mels };
}

const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** In Hz, evenly on the mel scale: band i rises from point i to point i + 1 and falls to point i + 2. */
export function melPoints({ mels, low, high }: LogMel, rate: number): readonly number[] {
  const [from, to] = [melOf(low), melOf(high ?? rate / 2)];
  return Array.from({ length: mels + 2 }, (_, index) => hertzOf(from + ((to - from) * index) / (mels + 1)));
}

const largestTransform = 2 ** 16;

/**
 * How many samples a window is padded to before it is transformed: a power of two, large enough that every band has a frequency. Nothing where
 * the bands are too narrow for that.
 */
export function fftSize(features: LogMel, rate: number, window: number): number | undefined {
  const points = melPoints(features, rate);
  for (let size = 2 ** Math.max(Math.ceil(Math.log2(window)), 1); size <= largestTransform; size *= 2) {
    const step = rate / size;
    const reached = (start: number, band: number): boolean => (Math.floor(start / step) + 1) * step < (points[band + 2] ?? Infinity);
    if (points.slice(0, features.mels).every(reached)) return size;
  }
  return undefined;
}
