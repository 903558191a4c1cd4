import FFT from "fft.js";
import {
  energyFloor,
  fftSize,
  type LogMel,
  melPoints,
  type SoundFrames,
} from "../../../compiler/features/audio-frames.ts";

/**
 * Creates a function that computes the log-mel frames of sounds of one sample rate: `[frames, mels]`, ln(energy + 10⁻⁶)
 * of each band.
 */
export function logMel(
  features: LogMel,
  rate: number,
  { hop, window, start, beyond }: SoundFrames,
): (samples: Float32Array, frames: number) => Float32Array {
  const size = fftSize(features, rate, window);
  if (size === undefined) throw new Error("the checker lets no bands pass that have no frequency");
  const fft = new FFT(size);
  const weights = Float64Array.from(
    { length: window },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / window),
  );
  const bands = melBands(features, rate, size);
  const frame = new Float64Array(size);
  const spectrum = fft.createComplexArray();
  return (samples, frames) => {
    const result = new Float32Array(frames * bands.length);
    for (let at = 0; at < frames; at++) {
      for (let index = 0; index < window; index++)
        frame[index] = sampleAt(samples, start + at * hop + index, beyond) * (weights[index] ?? 0);
      fft.realTransform(spectrum, frame);
      for (const [band, { first, heights }] of bands.entries()) {
        let energy = 0;
        for (const [offset, height] of heights.entries()) {
          const [real = 0, imaginary = 0] = [spectrum[2 * (first + offset)], spectrum[2 * (first + offset) + 1]];
          energy += height * (real * real + imaginary * imaginary);
        }
        result[at * bands.length + band] = Math.log(energy + energyFloor);
      }
    }
    return result;
  };
}

function sampleAt(samples: Float32Array, place: number, beyond: SoundFrames["beyond"]): number {
  return samples[beyond === "reflect" ? reflected(place, samples.length) : place] ?? 0;
}

/**
 * The index at which to read a position that may lie outside of the sound: positions are reflected at the first and
 * last sample, which are not repeated, and again at the other end if the sound is shorter than that.
 */
function reflected(place: number, length: number): number {
  if (length === 1) return 0;
  const around = 2 * (length - 1);
  const within = ((place % around) + around) % around;
  return within < length ? within : around - within;
}

/** A triangular filter over the frequencies of the transform, beginning with the first weight that is not 0. */
interface Band {
  readonly first: number;
  readonly heights: readonly number[];
}

function melBands(features: LogMel, rate: number, size: number): readonly Band[] {
  const points = melPoints(features, rate);
  const step = rate / size;
  return Array.from({ length: features.mels }, (_, band): Band => {
    const [start = 0, peak = 0, end = 0] = points.slice(band, band + 3);
    const first = Math.floor(start / step) + 1;
    const last = Math.min(Math.ceil(end / step) - 1, size / 2);
    const height = (frequency: number): number =>
      Math.min((frequency - start) / (peak - start), (end - frequency) / (end - peak));
    return {
      first,
      heights: Array.from({ length: Math.max(last - first + 1, 0) }, (_each, offset) =>
        height((first + offset) * step),
      ),
    };
  });
}
