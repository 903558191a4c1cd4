import { featuresOfModality } from "../../../compiler/features/features.ts";
import { type SoundFrames, framesOf, soundFrames } from "../../../compiler/features/audio-frames.ts";
import { decodeSound } from "../sound/decode-sound.ts";
import { resample } from "../sound/resample.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { bytesOf, type FileSource, fileSource, isMissingFile } from "./file-bytes.ts";

type AudioModality = ModalityOf<"audio">;
type MakeFrames = (samples: Float32Array, count: number) => Float32Array;

/** Reads the beginning of a sound as float32 `[frames, width]`, with the mask of the frames that the sound fills. */
export function audioReader(name: string, modality: AudioModality): FeatureReader<FileSource> {
  const frames = soundFrames(modality);
  const learnt = modality.features.kind === "log_mel";
  const centre = modality.features.kind === "log_mel" ? modality.features.centre : "none";
  let making: Promise<MakeFrames> | undefined;
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    ...(learnt ? { standardised: { features: [name], keptAs: "float32" as const } } : {}),
    decoding: {
      version: "2",
      async *content(source, context) {
        yield await bytesOf(source, context);
      },
    },
    isMissing: isMissingFile,
    parse: fileSource,
    encode: async (source, [values, mask], context) => {
      making ??= frameMaker(modality, frames);
      const sound = await decodeSound(await bytesOf(source, context));
      const samples = await resample(sound, modality.rate, frames.used);
      const make = await making;
      const count = Math.min(framesOf(samples.length, { hop: frames.hop, centre }), frames.count);
      values?.set(make(samples, count));
      mask?.fill(1, 0, count);
    },
  };
}

async function frameMaker({ features, rate }: AudioModality, frames: SoundFrames): Promise<MakeFrames> {
  if (features.kind === "waveform") return (samples, count) => samples.subarray(0, count * frames.hop);
  const { logMel } = await import("../sound/log-mel.ts");
  return logMel(features, rate, frames);
}
