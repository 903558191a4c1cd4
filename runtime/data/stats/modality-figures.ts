import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import { channelsOf } from "../../../compiler/features/features.ts";
import { tableColumns } from "../../../compiler/features/table-columns.ts";
import type { ModalityOf } from "../features/feature-reader.ts";
import { pictureSize } from "../features/image.ts";
import type { TableCells } from "../features/table.ts";
import type { Segments } from "../features/text.ts";
import type { FileReferences } from "../files/file-references.ts";
import type { Fitted } from "../fit/preprocessing.ts";
import { specialIds } from "../tokenizers/special-tokens.ts";
import { type Figures, quantiles } from "./quantiles.ts";

/** The parsed values of the rows of a split that have the modality. */
export interface ModalityValues {
  readonly modality: string;
  readonly values: readonly { readonly parsed: unknown; readonly references: FileReferences }[];
  readonly fitted: Fitted;
}

type Describe<Modality> = (modality: Modality, values: ModalityValues) => Promise<Figures> | Figures;

/** Figures for each kind of modality. A kind without an entry is fully described by its columns. */
const kinds: { readonly [Kind in ResolvedModality["kind"]]?: Describe<ModalityOf<Kind>> } = {
  text: ({ max_length: most, tokenizer, segments }, { modality, values, fitted }) => {
    const encoding = fitted.encodingOf(modality);
    const lengths: number[] = [];
    const used = new Set<number>();
    let unknown = 0;
    let truncated = 0;
    for (const { parsed } of values) {
      const ids = (parsed as Segments).flatMap((text) => encoding.encode(text));
      lengths.push(ids.length);
      // Separators between segments count towards `max_length`.
      if (ids.length + segments - 1 > most) truncated += 1;
      for (const id of ids) {
        used.add(id);
        if (id === specialIds.unknown) unknown += 1;
      }
    }
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    return {
      ...quantiles("tokens", lengths),
      "truncated share": ratio(truncated, values.length),
      "unknown share": ratio(unknown, tokens),
      "vocabulary used": ratio(used.size, tokenizer.size),
    };
  },
  table: (modality, { modality: name, values, fitted }) => {
    const columns = tableColumns(modality);
    const known = fitted.categoriesOf(name);
    const cells = values.flatMap(({ parsed }) =>
      columns.map((column, index) => ({ column, cell: (parsed as TableCells)[index] })),
    );
    const unknown = cells.filter(
      ({ column, cell }) =>
        column.kind === "categorical" && cell !== undefined && known.get(column.name)?.has(String(cell)) !== true,
    );
    return {
      "missing share": ratio(cells.filter(({ cell }) => cell === undefined).length, cells.length),
      "unknown share": ratio(unknown.length, cells.filter(({ column }) => column.kind === "categorical").length),
    };
  },
  series: (modality, { values }) =>
    quantiles(
      "steps kept",
      values.map(({ parsed }) => (parsed as Float64Array).length / channelsOf(modality)),
    ),
  image: async (_, { values }) => {
    const sizes = [];
    for (const { parsed, references } of values)
      sizes.push(await pictureSize(parsed as Parameters<typeof pictureSize>[0], references));
    return {
      ...quantiles(
        "width",
        sizes.map(({ width }) => width),
        [0, 0.5, 1],
      ),
      ...quantiles(
        "height",
        sizes.map(({ height }) => height),
        [0, 0.5, 1],
      ),
    };
  },
};

export async function modalityFigures(modality: ResolvedModality, values: ModalityValues): Promise<Figures> {
  // The table pairs each kind with its own function, which TypeScript cannot infer through an index.
  const describe = kinds[modality.kind] as Describe<ResolvedModality> | undefined;
  return (await describe?.(modality, values)) ?? {};
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
