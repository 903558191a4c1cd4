import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fftSize, type LogMel, melPoints, soundFrames } from "../../compiler/features/audio-frames.ts";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { decodeSound } from "../../runtime/data/sound/decode-sound.ts";
import { logMel } from "../../runtime/data/sound/log-mel.ts";
import { UnreadableValue } from "../../runtime/data/cells/unreadable-value.ts";
import { resample } from "../../runtime/data/sound/resample.ts";
import { generator } from "../../runtime/random/generator.ts";
import { wav } from "../../runtime/synth/wav.ts";
import { complaints, inspect } from "../elaborate/harness.ts";
import { flac } from "./flac.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";
import { trained } from "./trained.ts";

type Audio = Extract<ResolvedModality, { kind: "audio" }>;
const mels: LogMel = { kind: "log_mel", mels: 40, window: 0.025, hop: 0.01, centre: "none", low: 0 };

function tone(hertz: number, seconds: number, rate: number, height = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, at) => height * Math.sin((2 * Math.PI * hertz * at) / rate),
  );
}

const fixture = (name: string): Promise<Uint8Array> => readFile(join(import.meta.dirname, "fixtures", name));

/** Highest magnitude of a correlation with complex tones, in Hz: what a listener would call the pitch. */
function pitch(samples: Float32Array, rate: number): number {
  const candidates = Array.from({ length: 100 }, (_, index) => 20 * (index + 1));
  const power = (hertz: number): number => {
    const parts = samples.reduce<[number, number]>(
      ([real, imaginary], value, at) => [
        real + value * Math.cos((2 * Math.PI * hertz * at) / rate),
        imaginary + value * Math.sin((2 * Math.PI * hertz * at) / rate),
      ],
      [0, 0],
    );
    return Math.hypot(...parts);
  };
  return candidates.reduce((best, hertz) => (power(hertz) > power(best) ? hertz : best));
}

describe("a sound is decoded", () => {
  test("from WAV, its channels averaged", async () => {
    const left = tone(440, 0.1, 8000);
    const right = left.map((value) => value / 2 - 0.1);
    const { samples, rate } = await decodeSound(wav([left, right], 8000));
    expect([rate, samples.length]).toEqual([8000, 800]);
    for (const [at, value] of samples.entries()) expect(value).toBeCloseTo(((left[at] ?? 0) + (right[at] ?? 0)) / 2, 4);
  });

  test("from FLAC, without loss", async () => {
    const wave = tone(440, 0.9, 16000);
    const { samples, rate } = await decodeSound(flac([...wave], 16000));
    expect([rate, samples.length]).toEqual([16000, wave.length]);
    for (const [at, value] of samples.entries()) expect(value).toBeCloseTo(wave[at] ?? 9, 3);
  });

  // Both are 0.3 s of a sine of 440 Hz and height 0.5, as lame and libvorbis code it.
  test.each(["tone.ogg", "tone.mp3"])("from %s", async (name) => {
    const { samples, rate } = await decodeSound(await fixture(name));
    expect(rate).toBe(16000);
    expect(samples.length).toBeGreaterThanOrEqual(4800);
    const middle = samples.subarray(2000, 4000);
    expect(pitch(middle, rate)).toBe(440);
    expect(Math.max(...middle)).toBeGreaterThan(0.42);
    expect(Math.max(...middle)).toBeLessThan(0.58);
  });

  test.each<[string, () => Promise<Uint8Array>, RegExp]>([
    [
      "text",
      () => Promise.resolve(Buffer.from("no sound at all")),
      /not audio that can be read: WAV, FLAC, Ogg Vorbis, MP3 can/,
    ],
    ["nothing", () => Promise.resolve(new Uint8Array()), /not audio that can be read/],
    ["a WAV file of no samples", () => Promise.resolve(wav([[]], 8000)), /WAV file without audio/],
    [
      "a WAV file that ends early",
      () => Promise.resolve(wav([tone(440, 0.1, 8000)], 8000).subarray(0, 30)),
      /WAV file/,
    ],
    ["an Ogg file that ends early", async () => (await fixture("tone.ogg")).subarray(0, 200), /Ogg Vorbis file/],
    [
      "a FLAC file that ends early",
      () => Promise.resolve(flac([...tone(440, 0.1, 8000)], 8000).subarray(0, 60)),
      /FLAC file/,
    ],
  ])("but not from %s", async (_, bytes, message) => {
    await expect(decodeSound(await bytes())).rejects.toThrow(message);
  });
});

describe("a sound is resampled", () => {
  test("from rates that the library does not take, by their ratio", async () => {
    const samples = tone(440, 0.2, 384000);
    expect(await resample({ samples, rate: 384000 }, 16000, 3000)).toEqual(
      await resample({ samples, rate: 192000 }, 8000, 3000),
    );
  });

  test("where it can be: a rate that is 256 times another is a bad value, not a fault", async () => {
    await expect(resample({ samples: tone(440, 0.001, 4.2e6), rate: 4.2e6 }, 16000, 100)).rejects.toThrow(
      UnreadableValue,
    );
  });

  test("in place and height", async () => {
    const samples = await resample({ samples: tone(1000, 0.5, 44100), rate: 44100 }, 16000, 16000);
    expect(Math.abs(samples.length - 8000)).toBeLessThanOrEqual(1);
    const expected = tone(1000, 0.5, 16000);
    for (let at = 200; at < 7800; at++) expect(Math.abs((samples[at] ?? 9) - (expected[at] ?? 0))).toBeLessThan(1e-4);
  });

  test("without what the new rate cannot hold", async () => {
    const samples = await resample({ samples: tone(6000, 0.5, 44100), rate: 44100 }, 8000, 8000);
    expect(Math.max(...samples.subarray(200, 3800).map(Math.abs))).toBeLessThan(1e-3);
  });

  test("as if it were the first, whatever was resampled before, and if it is long", async () => {
    const sound = { samples: tone(440, 0.2, 22050), rate: 22050 };
    const first = await resample(sound, 8000, 1600);
    await resample({ samples: tone(900, 0.3, 22050).map((value) => value + 0.3), rate: 22050 }, 8000, 2400);
    expect(await resample(sound, 8000, 1600)).toEqual(first);
    const long = await resample({ samples: tone(440, 40, 22050), rate: 22050 }, 8000, 320000);
    expect(Math.abs(long.length - 320000)).toBeLessThanOrEqual(1);
    const expected = tone(440, 40, 8000);
    for (let at = 1000; at < 319000; at += 97)
      expect(Math.abs((long[at] ?? 9) - (expected[at] ?? 0))).toBeLessThan(1e-3);
  });

  test("as far as it is asked for, as the whole would be", async () => {
    const sound = { samples: tone(500, 3, 22050), rate: 22050 };
    const part = await resample(sound, 8000, 1000);
    expect(part).toHaveLength(1000);
    expect([...part]).toEqual([...(await resample(sound, 8000, 24000)).subarray(0, 1000)]);
  });
});

describe("log-mel", () => {
  const rate = 8000;
  const audio: Audio = { kind: "audio", seconds: 0.1, rate, features: mels };
  const frames = soundFrames(audio);

  test("is what its definition says, by plain loops", () => {
    const random = generator(1, "noise");
    const samples = Float32Array.from({ length: 900 }, () => random.normal());
    const features = logMel(mels, rate, frames)(samples, 10);
    const size = fftSize(mels, rate, 200) ?? 0;
    expect(Math.log2(size) % 1).toBe(0);
    // The HTK scale, by its own formula.
    const top = 2595 * Math.log10(1 + 4000 / 700);
    const edge = (index: number): number => 700 * (10 ** ((index * top) / 41 / 2595) - 1);
    for (const frame of [0, 3, 9]) {
      const power = Array.from({ length: size / 2 + 1 }, (_, bin) => {
        let [real, imaginary] = [0, 0];
        for (let at = 0; at < 200; at++) {
          const value = (samples[frame * 80 + at] ?? 0) * Math.sin((Math.PI * at) / 200) ** 2;
          real += value * Math.cos((2 * Math.PI * bin * at) / size);
          imaginary += value * Math.sin((2 * Math.PI * bin * at) / size);
        }
        return real ** 2 + imaginary ** 2;
      });
      for (let band = 0; band < 40; band++) {
        const energy = power.reduce((sum, value, bin) => {
          const hertz = (bin * rate) / size;
          const [up, down] = [
            (hertz - edge(band)) / (edge(band + 1) - edge(band)),
            (edge(band + 2) - hertz) / (edge(band + 2) - edge(band + 1)),
          ];
          return sum + value * Math.max(0, Math.min(up, down));
        }, 0);
        expect(features[frame * 40 + band]).toBeCloseTo(Math.log(energy + 1e-6), 4);
      }
    }
  });

  test.each([300, 700, 1500, 3000])("of a tone of %i Hz is highest in its band", (hertz) => {
    const features = logMel(mels, rate, frames)(tone(hertz, 0.2, rate), 5).subarray(80, 120);
    const points = melPoints(mels, rate);
    const peak = features.indexOf(Math.max(...features));
    expect(hertz).toBeGreaterThan(points[peak] ?? Infinity);
    expect(hertz).toBeLessThan(points[peak + 2] ?? 0);
  });

  test("grows by ln 4 where the sound is twice as loud, and is ln 10⁻⁶ in silence", () => {
    const make = logMel(mels, rate, frames);
    const [soft, loud] = [0.25, 0.5].map((height) => make(tone(1000, 0.1, rate, height), 1));
    const peak = soft?.indexOf(Math.max(...soft)) ?? 0;
    expect((loud?.[peak] ?? 0) - (soft?.[peak] ?? 0)).toBeCloseTo(Math.log(4), 4);
    for (const value of make(new Float32Array(800), 1)) expect(value).toBeCloseTo(Math.log(1e-6), 5);
  });

  test("has a frequency in every band, though there are many", () => {
    const many = { ...mels, mels: 128 };
    const random = generator(1, "noise");
    const values = logMel(
      many,
      16000,
      soundFrames({ ...audio, rate: 16000, features: many }),
    )(
      Float32Array.from({ length: 400 }, () => random.normal()),
      1,
    );
    expect(Math.min(...values)).toBeGreaterThan(Math.log(1e-6) + 1);
  });
});

function spec(modality: Audio, presence: "required" | "optional" = "required"): ResolvedSpecification {
  return specification({
    modalities: { sound: modality },
    tasks: { sentiment: { ...sentiment, inputs: [{ modality: "sound", optional: presence === "optional" }] } },
    datasets: { reviews: { ...reviews, columns: { sound: "file", label: "label" }, split: allTrain } },
  });
}

describe("a column of sounds", () => {
  const waveform: Audio = { kind: "audio", seconds: 0.01, rate: 8000, features: { kind: "waveform", frame: 20 } };
  const short = wav([tone(440, 0.006, 8000)], 8000);
  const long = wav([tone(440, 0.5, 8000)], 8000);

  test("is padded or cut, with a mask of the frames that it reaches", async () => {
    const root = await folderWith({ "reviews.csv": "file,label\na.wav,x\nb.wav,y\n", "a.wav": short, "b.wav": long });
    const data = await openData({ specification: spec(waveform), root, cache: "none" });
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("sound.mask") ?? [])]).toEqual([1, 1, 1, 0, 1, 1, 1, 1]);
    const values = features.get("sound") ?? new Float32Array();
    const wave = tone(440, 0.01, 8000);
    for (const [at, value] of wave.entries()) {
      expect(values[at]).toBeCloseTo(at < 48 ? value : 0, 4);
      expect(values[80 + at]).toBeCloseTo(value, 4);
    }
    expect(data.preprocessing.statistics).toBeUndefined();
  });

  test("is standardised by band over the frames that are there, and 0 elsewhere", async () => {
    const modality: Audio = { kind: "audio", seconds: 0.1, rate: 8000, features: { ...mels, mels: 8 } };
    const files = { "a.wav": wav([tone(440, 0.04, 8000)], 8000), "b.wav": wav([tone(2000, 0.3, 8000)], 8000) };
    const root = await folderWith({ "reviews.csv": "file,label\na.wav,x\nb.wav,y\n", ...files });
    const data = await openData({ specification: spec(modality), root, cache: "none" });
    const { features } = await wholeSplit(data, "sentiment", "train");
    const values = features.get("sound") ?? new Float32Array();
    expect([...(features.get("sound.mask") ?? [])].join("")).toBe("11110000001111111111");
    for (let band = 0; band < 8; band++) {
      const there = Array.from({ length: 20 }, (_, frame) => frame)
        .filter((frame) => frame < 4 || frame >= 10)
        .map((frame) => values[frame * 8 + band] ?? 9);
      expect(there.reduce((sum, value) => sum + value, 0) / 14).toBeCloseTo(0, 4);
      expect(there.reduce((sum, value) => sum + value * value, 0) / 14).toBeCloseTo(1, 3);
    }
    expect(values.subarray(32, 80).every((value) => value === 0)).toBe(true);
    const encoder = createExampleEncoder({
      specification: spec(modality),
      preprocessing: data.preprocessing,
      folder: root,
    });
    const uri = `data:audio/wav;base64,${Buffer.from(files["b.wav"]).toString("base64")}`;
    const batch = await encoder.encode({
      pass: "sentiment",
      size: 2,
      examples: [{ sound: files["a.wav"] }, { sound: uri }],
    });
    for (const [name, encoded] of batch.features) expect(encoded).toEqual(features.get(name));
  });

  test("names the rows that cannot be read, and has none where it may be missing", async () => {
    const root = await folderWith({
      "reviews.csv": "file,label\na.wav,x\nlost.wav,y\nbad.wav,y\nhttp://x/a.wav,y\n,y\n",
      "a.wav": short,
      "bad.wav": "RIFF",
    });
    const data = await openData({ specification: spec(waveform), root, cache: "none" });
    expect(data.problems.map(({ row, column, reason }) => [row, column, reason])).toEqual([
      [3, "file", expect.stringContaining('"lost.wav" does not exist')],
      [4, "file", expect.stringContaining("not audio that can be read")],
      [5, "file", expect.stringContaining("on the network")],
      [6, "file", "it has no sound"],
    ]);
    const some = await openData({ specification: spec(waveform, "optional"), root, cache: "none" });
    const { features } = await wholeSplit(some, "sentiment", "train");
    expect([...(features.get("sound.present") ?? [])]).toEqual([1, 0]);
    expect([...(features.get("sound.mask") ?? [])].slice(4)).toEqual([0, 0, 0, 0]);
  });
});

describe("in a specification", () => {
  test("a sound is tokens with a mask, of which a picture can be made", () => {
    const { shapes, streams } = inspect(`model m
modality sound: audio(seconds: 8, features: log_mel(mels: 128))
modality raw: audio(500ms, rate: 16kHz, features: waveform(frame: 100))
stream a = sound
stream b = sound -> as_grid -> patches(16)
stream c = raw`);
    expect(shapes).toEqual({ a: "tokens[800 × 128]", b: "tokens[400 × 256]", c: "tokens[80 × 100]" });
    expect(streams.get("a")?.mask).toBeDefined();
    expect(streams.get("b")?.mask).toBeUndefined();
  });

  test.each([
    ["too short for a frame", "audio(0.001)"],
    ["bands above half of the rate", "audio(1, rate: 8000, features: log_mel(high: 5000))"],
    ["bands that end before they begin", "audio(1, features: log_mel(low: 500, high: 400))"],
    ["bands without a frequency", "audio(1, features: log_mel(mels: 1024, low: 100, high: 110))"],
    ["an unknown representation", "audio(1, features: mfcc)"],
    ["no length", "audio(rate: 8000)"],
  ])("is an error: %s", (_, modality) => {
    expect(
      complaints(
        `model m\nmodality sound: ${modality}\ntask t { from: mean(sound)  head: linear(1)  target: number("y") }`,
      ),
    ).toHaveLength(1);
  });
});

test("a model of sounds learns to tell high tones from low ones, from files of several formats and rates", async () => {
  const random = generator(1, "sounds");
  const clip = (high: boolean, rate: number): Float32Array =>
    tone(
      (high ? 1400 : 500) * (0.8 + 0.4 * random.uniform()),
      0.1 + 0.1 * random.uniform(),
      rate,
      0.1 + 0.5 * random.uniform(),
    ).map((value) => value + 0.02 * random.normal());
  const files: Record<string, Uint8Array> = {};
  const lines = Array.from({ length: 80 }, (_, row) => {
    const samples = clip(row % 2 === 0, row % 3 === 0 ? 11025 : 8000);
    const name = row % 4 === 0 ? `${row}.flac` : `${row}.wav`;
    files[`clips/${name}`] = name.endsWith("flac")
      ? flac([...samples], row % 3 === 0 ? 11025 : 8000)
      : wav([samples], row % 3 === 0 ? 11025 : 8000);
    return `clips/${name},${row % 2 === 0 ? "high" : "low"}`;
  });
  const { value, predict } = await trained(
    `model pitches
modality sound: audio(0.15, rate: 8000, features: log_mel(mels: 16))
stream heard = sound -> linear(16) -> positions -> transformer(layers: 1, heads: 2, dropout: 0%)
task pitch { from: mean(heard)  head: norm -> linear(2)  target: category("pitch", classes: 2) }
dataset clips { path: "clips.csv"  columns: { sound: "file" }  split: { train: 75%, validation: 25%, test: 0% }  tasks: [pitch] }
stage fit { optimizer: adamw(rate: 5e-3)  batch: 8  epochs: 8 }
`,
    { "clips.csv": `file,pitch\n${lines.join("\n")}`, ...files },
  );
  expect(value("accuracy")).toBeGreaterThan(0.9);
  expect(
    await predict("pitch", [
      { sound: "clips/0.flac" },
      { sound: wav([clip(false, 8000)], 8000) },
      { sound: "clips/2.wav" },
    ]),
  ).toEqual(["high", "low", "high"]);
});
