import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { Sound } from "./decode-sound.ts";

/**
 * The number of input samples after the last needed one that can change the output. The filter is shorter than that.
 */
const margin = 4096;

/**
 * The number of samples that the library converts as one block: beyond 4 MB it splits its input, and keeps the state of
 * the last part.
 */
const mostAtOnce = 2 ** 19;

type Converter = Awaited<ReturnType<typeof converterFrom>>;

/** Converters by pair of rates, since creating one takes longer than resampling a clip. */
const converters = new Map<string, Promise<Converter>>();

/** The first `most` samples of a sound at another rate, by libsamplerate's sinc filter of medium quality (97 dB). */
export async function resample({ samples, rate }: Sound, to: number, most: number): Promise<Float32Array> {
  if (rate === to) return samples.subarray(0, most);
  const needed = samples.subarray(0, Math.ceil((most * rate) / to) + margin);
  const length = Math.min(most, Math.round((samples.length * to) / rate));
  if (needed.length > mostAtOnce) return resampleLong(needed, rate, to, length);
  const key = `${rate} ${to}`;
  const converter = converters.get(key) ?? converterFrom(rate, to);
  converters.set(key, converter);
  converter.catch(() => converters.delete(key));
  return (await converter).simple(needed).slice(0, length);
}

/** Resamples with a new converter, since a converter keeps the state of its last block. */
async function resampleLong(samples: Float32Array, rate: number, to: number, length: number): Promise<Float32Array> {
  const converter = await converterFrom(rate, to);
  try {
    return converter.simple(samples).slice(0, length);
  } finally {
    converter.destroy();
  }
}

/** The largest ratio of two rates that libsamplerate converts. */
const mostRatio = 256;
/** The highest rate that the library accepts. Only the ratio of the rates matters. */
const highestRate = 192_000;

async function converterFrom(rate: number, to: number) {
  const [low, high] = [Math.min(rate, to), Math.max(rate, to)];
  if (high / low > mostRatio)
    throw new UnreadableValue(
      `its sample rate of ${rate} cannot be converted to ${to}: they differ by more than a factor of ${mostRatio}`,
    );
  const scale = 2 ** Math.max(0, Math.ceil(Math.log2(high / highestRate)));
  const { create, ConverterType } = (await import("@alexanderolsen/libsamplerate-js")).default;
  return create(1, rate / scale, to / scale, { converterType: ConverterType.SRC_SINC_MEDIUM_QUALITY });
}
