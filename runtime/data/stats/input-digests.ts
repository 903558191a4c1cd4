import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import type { NumberList } from "../lists/number-list.ts";
import { cellText, numberOf } from "../rows/row-content.ts";
import type { TaskRow } from "../rows/task-rows.ts";

/** `text` ignores white space and case of texts; `content` does not. */
export type Sameness = "content" | "text";

/**
 * Compares the inputs of rows: finds candidates by digest, and confirms them by their whole content. Each distinct
 * value is hashed once.
 */
export class InputDigests {
  readonly #isText: (modality: string) => boolean;
  /** The digest of each value of a column, a number in [0, 1), plus 1; 0 if it is not computed yet. */
  readonly #known: { readonly [Same in Sameness]: Map<ModalityColumn, NumberList> } = {
    content: new Map(),
    text: new Map(),
  };

  constructor({ modalities }: Pick<ResolvedSpecification, "modalities">) {
    this.#isText = (modality) => modalities[modality]?.kind === "text";
  }

  /** Tells if `content` and `text` can differ for these inputs. */
  hasTexts(inputs: readonly string[]): boolean {
    return inputs.some(this.#isText);
  }

  /** The digest of a row's inputs, a number in [0, 1); `undefined` if the row has none of them. */
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

/** Lowercases texts and collapses their white space. */
function plain(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map(plain);
  return typeof parsed === "string" ? parsed.toLowerCase().replaceAll(/\s+/g, " ").trim() : parsed;
}
