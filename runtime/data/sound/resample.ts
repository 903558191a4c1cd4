import type { Sound } from "./decode-sound.ts";

/** Input beyond it does not change the samples that are asked for: the filter is shorter. */
const margin = 4096;

/** The first `most` samples of a sound at another rate, by libsamplerate's sinc filter of medium quality (97 dB). */
export async function resample({ samples, rate }: Sound, to: number, most: number): Promise<Float32Array> {
  if (rate === to) return samples.subarray(0, most);
  const { create, ConverterType } = (await import("@alexanderolsen/libsamplerate-js")).default;
  const converter = await create(1, rate, to, { converterType: ConverterType.SRC_SINC_MEDIUM_QUALITY });
  try {
    const needed = samples.subarray(0, Math.ceil((most * rate) / to) + margin);
    // Beyond 4 MB the library goes on in pieces and keeps the state of the last one: each sound has a converter of its own.
    return converter.simple(needed).slice(0, Math.min(most, Math.round((samples.length * to) / rate)));
  } finally {
    converter.destroy();
  }
}
