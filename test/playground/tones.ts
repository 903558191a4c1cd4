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

/** A tone as a WAV file of 16 bits. */
export function wavOfTone(hertz: number, seconds: number, loudness = 0.5): Buffer {
  const samples = Array.from({ length: rate * seconds }, (_, index) =>
    Math.round(32_767 * loudness * Math.sin((2 * Math.PI * hertz * index) / rate)),
  );
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + 2 * samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(2 * samples.length, 40);
  return Buffer.concat([header, Buffer.from(Int16Array.from(samples).buffer)]);
}

/** The task with sounds that differ in height and loudness. */
export function tonesExample(): MadeExample {
  const lines = Array.from({ length: 60 }, (_, index) => {
    const isHigh = index % 2 === 1;
    const wav = wavOfTone((isHigh ? 2000 : 250) + 17 * (index % 9), 1, 0.2 + 0.07 * (index % 7));
    return JSON.stringify({
      sound: `data:audio/wav;base64,${wav.toString("base64")}`,
      height: isHigh ? "high" : "low",
    });
  });
  return {
    state: { name: "tones.mtl", example: "tones", text },
    files: { "data/tones.jsonl": new TextEncoder().encode(`${lines.join("\n")}\n`) },
  };
}
