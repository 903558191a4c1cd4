import { wav } from "../../runtime/synth/wav.ts";
import type { MadeExample } from "./example-files.ts";

/** Samples of a second. */
const rate = 16_000;

/** A task that is learnt in a second: is a tone low or high? */
const text = `model tones "Is a tone low or high?"

modality sound: audio(1s, rate: ${rate}Hz, features: log_mel(mels: 16))

task height {
  from: sound -> mean
  head: linear(2)
  target: category("height", classes: ["low", "high"])
  metrics: [accuracy]
}

dataset sounds {
  path: "data/tones.jsonl"
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [height]
}

stage fit {
  optimizer: adamw(rate: 2e-2)
  batch: 8
  steps: 60
  seed: 1
}
`;

/** A tone as a WAV file. */
export function wavOfTone(hertz: number, seconds: number, loudness = 0.5): Uint8Array {
  const at = (_: unknown, index: number): number => loudness * Math.sin((2 * Math.PI * hertz * index) / rate);
  return wav([Array.from({ length: rate * seconds }, at)], rate);
}

/** The task with sounds that differ in height and loudness. */
export function tonesExample(): MadeExample {
  const lines = Array.from({ length: 60 }, (_, index) => {
    const isHigh = index % 2 === 1;
    const tone = wavOfTone((isHigh ? 2000 : 250) + 17 * (index % 9), 1, 0.2 + 0.07 * (index % 7));
    return JSON.stringify({
      sound: `data:audio/wav;base64,${Buffer.from(tone).toString("base64")}`,
      height: isHigh ? "high" : "low",
    });
  });
  return {
    state: { name: "tones.mtl", example: "tones", files: { "tones.mtl": text } },
    files: { "data/tones.jsonl": new TextEncoder().encode(`${lines.join("\n")}\n`) },
  };
}
