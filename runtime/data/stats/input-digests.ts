import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import type { NumberList } from "../lists/number-list.ts";
import { cellText, numberOf } from "../rows/row-content.ts";
import type { TaskRow } from "../rows/task-rows.ts";

/** `text` where whitespace and case of texts are passed over. */
export type Sameness = "content" | "text";

/** What the inputs of rows are told apart by: digests to find them, and the whole of them to be sure. Distinct values are looked at once. */
export class InputDigests {
  readonly #isText: (modality: string) => boolean;
  /** Of each value of a column, once it was asked for: one more than its digest, a number in [0, 1); 0 before. */
  readonly #known: { readonly [Same in Sameness]: Map<ModalityColumn, NumberList> } = {
    content: new Map(),
    text: new Map(),
  };

  constructor({ modalities }: Pick<ResolvedSpecification, "modalities">) {
    this.#isText = (modality) => modalities[modality]?.kind === "text";
  }

  /** Whether the two kinds of sameness differ for these inputs. */
  hasTexts(inputs: readonly string[]): boolean {
    return inputs.some(this.#isText);
  }

  /** A number in [0, 1); nothing where the row has none of the inputs. */
  of(row: TaskRow, inputs: readonly string[], same: Sameness): number | undefined {
    const digests = inputs.map((modality) => this.#ofValue(row, modality, same));
    const first = digests[0];
    if (digests.every((digest) => digest === undefined)) return undefined;
    return digests.length === 1 ? first : numberOf(digests.join());
  }

  areSame(one: TaskRow, other: TaskRow, inputs: readonly string[], same: Sameness): boolean {
    return inputs.every((modality) => this.#textOf(one, modality, same) === this.#textOf(other, modality, same));
  }

  #ofValue({ dataset, row }: TaskRow, modality: string, same: Sameness): number | undefined {
    const column = dataset.columns.get(modality);
    const index = column?.valueIndex(row);
    if (column === undefined || index === undefined) return undefined;
    const known = this.#known[same].get(column) ?? dataset.rows.memory.numbers("float64", column.values);
    this.#known[same].set(column, known);
    if (known.at(index) !== 0) return known.at(index) - 1;
    const digest = numberOf(this.#valueText(column, index, modality, same));
    known.set(index, digest + 1);
    return digest;
  }

  #textOf({ dataset, row }: TaskRow, modality: string, same: Sameness): string | undefined {
    const column = dataset.columns.get(modality);
    const index = column?.valueIndex(row);
    return column === undefined || index === undefined ? undefined : this.#valueText(column, index, modality, same);
  }

  #valueText(column: ModalityColumn, index: number, modality: string, same: Sameness): string {
    const { parsed, content } = column.value(index);
    return content ?? cellText(same === "text" && this.#isText(modality) ? plain(parsed) : parsed);
  }
}

/** Whitespace and case of texts aside. */
function plain(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map(plain);
  return typeof parsed === "string" ? parsed.toLowerCase().replaceAll(/\s+/g, " ").trim() : parsed;
}
