import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type LogMel, soundFrames } from "../../compiler/features/audio-frames.ts";
import type { ResolvedModality } from "../../compiler/schema/resolved.ts";
import { audioReader } from "../../runtime/data/features/audio.ts";
import { referencesFrom } from "../../runtime/data/files/file-references.ts";
import { wav } from "../../runtime/synth/wav.ts";

interface Case {
  readonly levels: readonly number[];
  readonly window: number;
  readonly centre: LogMel["centre"];
  readonly frames: readonly (readonly number[])[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures", "log-mel-frames.json"), "utf8"),
) as readonly Case[];
const [rate, hop, mels] = [8000, 80, 10];

function read({ levels, window, centre }: Omit<Case, "frames">, seconds: number) {
  const modality: Extract<ResolvedModality, { kind: "audio" }> = {
    kind: "audio",
    seconds,
    rate,
    features: { kind: "log_mel", mels, window: window / rate, hop: hop / rate, centre, low: 0 },
  };
  const { count } = soundFrames(modality);
  const [values, mask] = [new Float32Array(count * mels), new Uint8Array(count)];
  const nothing = (): never => {
    throw new Error("nothing is learnt for a sound");
  };
  const encoded = audioReader("sound", modality).encode(
    wav([Float32Array.from(levels, (level) => level / 32768)], rate),
    [values, mask],
    { references: referencesFrom("/"), encodingOf: nothing, categoriesOf: nothing },
  );
  return { encoded, values, mask, count };
}

test.each(cases)(
  "centred frames are librosa's, with $centre beyond the ends and a window of $window samples",
  async (one) => {
    // The modality has room for more than the sound reaches.
    const { encoded, values, mask, count } = read(one, 0.125);
    await encoded;
    expect(count).toBe(13);
    expect([...mask]).toEqual(Array.from({ length: count }, (_, frame) => (frame < one.frames.length ? 1 : 0)));
    for (const [frame, bands] of one.frames.entries())
      for (const [band, value] of bands.entries())
        expect(Math.abs((values[frame * mels + band] ?? NaN) - value), `frame ${frame}, band ${band}`).toBeLessThan(
          2e-3,
        );
  },
);

test("a sound that is cut has the frames of the part that is left", async () => {
  const [longer] = cases.filter(({ centre, window }) => centre === "reflect" && window === 200);
  if (!longer) throw new Error("the fixture has no such case");
  const cut = read(longer, 480 / rate);
  const short = read({ ...longer, levels: longer.levels.slice(0, 480) }, 480 / rate);
  await Promise.all([cut.encoded, short.encoded]);
  expect(cut.count).toBe(7);
  expect([...cut.values]).toEqual([...short.values]);
});
