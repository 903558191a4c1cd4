import { encodePng } from "../host/pictures.ts";
import type { ResolvedModality } from "../../compiler/schema/resolved.ts";
import { type TableColumn, tableColumns } from "../../compiler/features/table-columns.ts";
import type { ModalityOf } from "../data/features/feature-reader.ts";
import type { Generator } from "../random/generator.ts";
import { wav } from "./wav.ts";
import type { Synthesis } from "./synthesis.ts";

type Input<Modality> = (modality: Modality, synthesis: Synthesis) => unknown;

/** A cell for each kind of modality, as its reader accepts it; a list of cells if it has several columns. */
const inputs: { readonly [Kind in ResolvedModality["kind"]]: Input<ModalityOf<Kind>> } = {
  image: picture,
  // A list of frames.
  video: async (modality, synthesis) => {
    const frames: string[] = [];
    for (let count = 1 + synthesis.random.below(modality.frames); frames.length < count;)
      frames.push(await picture(modality, synthesis));
    return frames;
  },
  regions: ({ max_regions: most, width, classes }, synthesis) => {
    const count = 1 + synthesis.random.below(most);
    const span = (): readonly [number, number] => {
      const start = 0.5 * blend(synthesis.latent, synthesis.random);
      return [Number(start.toFixed(4)), Number((start + 0.5 * synthesis.random.uniform()).toFixed(4))];
    };
    const boxes = Array.from({ length: count }, () => {
      const [[left, right], [top, bottom]] = [span(), span()];
      return [left, top, right, bottom];
    });
    const named = classes === undefined ? {} : { classes: boxes.map(() => Math.floor(synthesis.latent * classes)) };
    return { features: nested([count, width], synthesis), boxes, ...named };
  },
  // A tone: the higher, the larger the latent value.
  audio: ({ seconds, rate }, { latent, random, file }) => {
    const samples = Math.max(Math.round(Math.min(seconds, 60) * rate * (0.5 + 0.5 * random.uniform())), 1);
    const pitch = (0.05 + 0.4 * blend(latent, random)) * rate;
    return file(
      "wav",
      wav(
        [
          Float32Array.from(
            { length: samples },
            (_, at) => 0.5 * Math.sin((2 * Math.PI * pitch * at) / rate) + 0.02 * random.normal(),
          ),
        ],
        rate,
      ),
    );
  },
  text: ({ max_length: most, segments }, synthesis) => {
    const texts = Array.from({ length: segments }, () => sentence(Math.ceil(most / segments / 2), synthesis));
    return segments === 1 ? texts[0] : texts;
  },
  // One cell in ten is empty.
  table: (modality, synthesis) =>
    tableColumns(modality).map((column) => (synthesis.random.uniform() < 0.1 ? null : tableCell(column, synthesis))),
  series: ({ steps, channels }, synthesis) => {
    const length = 1 + synthesis.random.below(steps);
    if (typeof channels !== "number") return channels.map(() => nested([length], synthesis));
    return nested(channels === 1 ? [length] : [length, channels], synthesis);
  },
  tensor: ({ shape }, synthesis) => nested(shape, synthesis),
};

export function syntheticInput(modality: ResolvedModality, synthesis: Synthesis): unknown {
  // The table pairs each kind with its own function, which TypeScript cannot follow through an index.
  const make = inputs[modality.kind] as Input<ResolvedModality>;
  return make(modality, synthesis);
}

function picture(
  { height, width, channels }: Pick<ModalityOf<"image">, "height" | "width" | "channels">,
  { latent, random, file }: Synthesis,
): Promise<string> {
  const pixels = Uint8Array.from({ length: height * width * channels }, () => Math.floor(256 * blend(latent, random)));
  const picture = { width, height, channels: channels as 1 | 2 | 3 | 4, data: pixels };
  return encodePng(picture).then((bytes) => file("png", bytes));
}

/** Noise about the latent value, in [0, 1). */
function blend(latent: number, random: Generator): number {
  return 0.6 * latent + 0.4 * random.uniform();
}

const onsets = ["b", "d", "f", "k", "l", "m", "n", "p", "r", "s", "t", "v"];
const vowels = ["a", "e", "i", "o", "u"];
const syllables = onsets.flatMap((onset) => vowels.map((vowel) => onset + vowel));

/** Words of two syllables. The first one is near the latent value in the list of syllables. */
function sentence(mostWords: number, { latent, random }: Synthesis): string {
  const syllable = (at: number): string => syllables[Math.floor(at * syllables.length)] ?? "ba";
  const words = 1 + random.below(Math.min(Math.max(mostWords, 1), 64));
  return Array.from({ length: words }, () => syllable(blend(latent, random)) + syllable(random.uniform())).join(" ");
}

function tableCell(column: TableColumn, { latent, random }: Synthesis): number | string {
  const value = blend(latent, random);
  return column.kind === "numeric"
    ? Number((100 * value).toFixed(2))
    : `${column.name}-${Math.floor(value * column.most)}`;
}

function nested([length, ...inner]: readonly number[], synthesis: Synthesis): unknown {
  if (length === undefined) return Number((2 * synthesis.latent - 1 + 0.5 * synthesis.random.normal()).toFixed(4));
  return Array.from({ length }, () => nested(inner, synthesis));
}
