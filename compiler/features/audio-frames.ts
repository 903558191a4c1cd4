import type { ResolvedModality } from "../schema/resolved.ts";

type Sound = Extract<ResolvedModality, { readonly kind: "audio" }>;
export type LogMel = Extract<Sound["features"], { readonly kind: "log_mel" }>;

/** Division of audio into frames, in samples. Frame t begins at sample start + t · hop. */
export interface SoundFrames {
  readonly count: number;
  /** Negative if frames are centred. */
  readonly start: number;
  /** Padding beyond the ends of the audio. */
  readonly beyond: "zeros" | "reflect";
  /** Number of samples that are used. */
  readonly used: number;
  readonly hop: number;
  readonly window: number;
  /** Number of values that a frame becomes. */
  readonly width: number;
}

export function soundFrames({ seconds, rate, features }: Sound): SoundFrames {
  const length = Math.round(seconds * rate);
  if (features.kind === "waveform")
    return followingFrames({ length, hop: features.frame, window: features.frame, width: features.frame });
  const hop = Math.max(Math.round(features.hop * rate), 1);
  const window = Math.round(features.window * rate);
  if (features.centre === "none") return followingFrames({ length, hop, window, width: features.mels });
  return {
    count: framesOf(length, { hop, centre: features.centre }),
    start: -Math.ceil(window / 2),
    beyond: features.centre,
    used: length,
    hop,
    window,
    width: features.mels,
  };
}

function followingFrames({
  length,
  hop,
  window,
  width,
}: Pick<SoundFrames, "hop" | "window" | "width"> & { readonly length: number }): SoundFrames {
  const count = Math.floor(length / hop);
  return { count, start: 0, beyond: "zeros", used: (count - 1) * hop + window, hop, window, width };
}

/**
 * Number of frames of audio of this length: if the first frame begins with the audio, all frames that overlap it; if it
 * is centred, all frames whose centre is within the audio or at its end.
 */
export function framesOf(
  length: number,
  { hop, centre }: { readonly hop: number; readonly centre: LogMel["centre"] },
): number {
  return centre === "none" ? Math.ceil(length / hop) : Math.floor(length / hop) + 1;
}

const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Points in Hz, evenly spaced on the mel scale: band i rises from point i to point i + 1 and falls to point i + 2. */
export function melPoints({ mels, low, high }: LogMel, rate: number): readonly number[] {
  const [from, to] = [melOf(low), melOf(high ?? rate / 2)];
  return Array.from({ length: mels + 2 }, (_, index) => hertzOf(from + ((to - from) * index) / (mels + 1)));
}

/** Keeps the logarithm of a band's energy finite in silence. */
export const energyFloor = 1e-6;

const largestTransform = 2 ** 16;

/**
 * Length to which a window is padded before the transform: a power of two, large enough that every band has a
 * frequency. `undefined` if the bands are too narrow for that.
 */
export function fftSize(features: LogMel, rate: number, window: number): number | undefined {
  const points = melPoints(features, rate);
  for (let size = 2 ** Math.max(Math.ceil(Math.log2(window)), 1); size <= largestTransform; size *= 2) {
    const step = rate / size;
    const reached = (start: number, band: number): boolean =>
      (Math.floor(start / step) + 1) * step < (points[band + 2] ?? Infinity);
    if (points.slice(0, features.mels).every(reached)) return size;
  }
  return undefined;
}
