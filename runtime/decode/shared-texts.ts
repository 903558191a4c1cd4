import type { Batch } from "../data/data.ts";
import type { DecodedText, Decoding } from "./next-tokens.ts";

/** A step of a text: what there is of it, and if that is all. */
interface Step {
  readonly text: DecodedText;
  readonly isLast: boolean;
}

export interface SharedTextsSettings {
  /** Begins the texts of some examples, of which each is a batch of one row. */
  readonly begin: (examples: readonly Batch[]) => Decoding;
  /** The number of the texts that wait which begin together. */
  readonly together: (waiting: number) => number;
}

/** The number of groups that take their steps by turns, so that a text which comes later need not wait for all of a longer one. */
const groupsAtOnce = 2;

/**
 * Generates texts for requests that come one by one. Texts that wait begin together and share their steps, which cost little more than those of one text.
 * A step has one position for all of its texts, so that a text joins no group that has begun.
 */
export class SharedTexts {
  readonly #settings: SharedTextsSettings;
  #waiting: Reader[] = [];
  #groups = 0;

  constructor(settings: SharedTextsSettings) {
    this.#settings = settings;
  }

  /** Yields the text so far of an example, and returns the text. A reader that is slow, or leaves, holds up no other one. */
  async *generate(example: Batch): AsyncGenerator<DecodedText, DecodedText> {
    const reader = new Reader(example);
    this.#waiting.push(reader);
    // Requests that have already come are read first, so that they are in one group.
    setTimeout(() => this.#begin(), 0);
    try {
      for (let step = await reader.next(); ; step = await reader.next()) {
        if (step.isLast) return step.text;
        yield step.text;
      }
    } finally {
      reader.hasLeft = true;
    }
  }

  #begin(): void {
    this.#waiting = this.#waiting.filter(({ hasLeft }) => !hasLeft);
    while (this.#groups < groupsAtOnce && this.#waiting.length > 0)
      void this.#work(this.#waiting.splice(0, this.#settings.together(this.#waiting.length)));
  }

  async #work(group: readonly Reader[]): Promise<void> {
    this.#groups += 1;
    try {
      const texts = this.#settings.begin(group.map(({ example }) => example));
      for (let isLast = false; !isLast && group.some(({ hasLeft }) => !hasLeft);) {
        const { value, done } = await texts.next();
        isLast = done === true;
        for (const [index, reader] of group.entries()) {
          const text = value[index];
          if (!text) throw new Error("no text for an example");
          const { length } = text.ids;
          // A text grows in place, and its reader may be slower.
          reader.put(() => ({
            text: { ...text, ids: text.ids.slice(0, length) },
            isLast: isLast || text.ended === true,
          }));
        }
      }
      await texts.return([]);
    } catch (error) {
      for (const reader of group)
        reader.put(() => {
          throw error;
        });
    }
    this.#groups -= 1;
    this.#begin();
  }
}

/** A request for a text, with the steps that it has not taken yet. */
class Reader {
  readonly example: Batch;
  hasLeft = false;
  readonly #steps: (() => Step)[] = [];
  #wake: (() => void) | undefined;

  constructor(example: Batch) {
    this.example = example;
  }

  put(step: () => Step): void {
    this.#steps.push(step);
    this.#wake?.();
  }

  async next(): Promise<Step> {
    for (;;) {
      const step = this.#steps.shift();
      if (step) return step();
      await new Promise<void>((wake) => (this.#wake = wake));
    }
  }
}
