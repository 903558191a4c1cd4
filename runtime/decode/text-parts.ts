import type { Prediction } from "../targets/prediction.ts";
import type { DecodedText } from "./next-tokens.ts";

/** A character whose bytes are not complete yet. */
const incomplete = "\uFFFD";

/** Yields what each token adds to a text, and returns the prediction. */
export async function* textParts(
  texts: AsyncGenerator<DecodedText, Prediction>,
  textOf: (ids: readonly number[]) => string,
): AsyncGenerator<string, Prediction> {
  let shown = "";
  for (let step = await texts.next(); ; step = await texts.next()) {
    const text = step.done === true ? textIn(step.value) : textOf(step.value.ids);
    // A token may complete a character, or change how the last word is written; what has been shown is not taken back.
    const isSettled = step.done === true || !text.endsWith(incomplete);
    if (isSettled && text.length > shown.length && text.startsWith(shown)) {
      yield text.slice(shown.length);
      shown = text;
    }
    if (step.done === true) return step.value;
  }
}

function textIn(prediction: Prediction): string {
  return prediction.kind === "sequence" ? prediction.text : "";
}
