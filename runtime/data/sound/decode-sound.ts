import { Buffer } from "../../host/bytes.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { withoutOddChunks } from "./riff.ts";

/** A sound with one channel: the mean of the channels of its file. */
export interface Sound {
  readonly samples: Float32Array;
  readonly rate: number;
}

type Decoder = (bytes: Uint8Array) => Promise<Decoded>;

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

/** A decoder is loaded with the first sound of its format, so that nobody else waits for it. */
const formats: readonly {
  readonly name: string;
  readonly starts: (bytes: Uint8Array) => boolean;
  readonly decode: Decoder;
}[] = [
  {
    name: "WAV",
    starts: (bytes) => /^RIFF....WAVE/su.test(latin(bytes, 12)),
    decode: async (bytes) => (await import("@audio/decode-wav")).default(withoutOddChunks(bytes)),
  },
  {
    name: "FLAC",
    starts: (bytes) => latin(bytes, 4) === "fLaC",
    decode: async (bytes) => (await import("@audio/decode-flac")).default(bytes),
  },
  {
    name: "Ogg Vorbis",
    starts: (bytes) => latin(bytes, 4) === "OggS" && latin(bytes, 64).includes("vorbis"),
    decode: async (bytes) => (await import("@audio/decode-vorbis")).default(bytes),
  },
  // The file begins with an ID3 tag, or with eleven bits of 1 and a layer that is not reserved.
  {
    name: "MP3",
    starts: (bytes) =>
      latin(bytes, 3) === "ID3" ||
      (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0 && ((bytes[1] ?? 0) & 6) !== 0),
    decode: async (bytes) => (await import("@audio/decode-mp3")).default(bytes),
  },
];

/** Decodes a WAV, FLAC, Ogg Vorbis or MP3 file; its first bytes tell the format. Throws `UnreadableValue`. */
export async function decodeSound(bytes: Uint8Array): Promise<Sound> {
  const format = formats.find(({ starts }) => starts(bytes));
  if (format === undefined)
    throw new UnreadableValue(`it is not audio that can be read: ${formats.map(({ name }) => name).join(", ")} can`);
  const { channelData, sampleRate } = await format.decode(bytes).catch((cause: unknown) => {
    throw new UnreadableValue(
      `it is not a ${format.name} file that can be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      undefined,
      { cause },
    );
  });
  const [first, ...others] = channelData;
  if (first === undefined || first.length === 0 || !(sampleRate > 0))
    throw new UnreadableValue(`it is a ${format.name} file without audio`);
  for (const samples of channelData) {
    const at = samples.findIndex((sample) => !Number.isFinite(sample));
    if (at >= 0) throw new UnreadableValue(`its sample ${at} is ${samples[at]}, which is not a finite number`);
  }
  return { samples: others.length === 0 ? first : averaged(channelData, first.length), rate: sampleRate };
}

function averaged(channels: readonly Float32Array[], length: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, at) => channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length,
  );
}

function latin(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString("latin1");
}
