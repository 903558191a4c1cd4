import { argmax } from "./rank.ts";
import type { MetricDefinition } from "./metric.ts";

/**
 * The F-score of the spans that tags with the prefixes `B-`, `I-`, `E-` and `S-` make, over all rows together, as seqeval
 * finds them: a span also begins where its kind changes, or where `I-` follows `O`.
 */
export const spanF1: MetricDefinition<"span_f1"> = {
  better: "higher",
  best: 1,
  on: {
    tags: (_, { nameOf }) => {
      let [right, predicted, common] = [0, 0, 0];
      return {
        observe: ({ scores, target }, weight) => {
          const width = scores.length / target.length;
          const words = [...target.keys()].filter((position) => (target[position] ?? -1) >= 0);
          const spans = spansOf(words.map((position) => nameOf(target[position] ?? 0)));
          const found = spansOf(
            words.map((position) => nameOf(argmax(scores.subarray(position * width, (position + 1) * width)))),
          );
          right += weight * spans.size;
          predicted += weight * found.size;
          common += weight * [...found].filter((span) => spans.has(span)).length;
        },
        value: () => (right + predicted === 0 ? Number.NaN : (2 * common) / (right + predicted)),
      };
    },
  },
};

/** The spans of a row, each as its kind with its first and last word. */
export function spansOf(tags: readonly string[]): ReadonlySet<string> {
  const spans = new Set<string>();
  let [before, kindBefore, start] = ["O", "", 0];
  for (const [index, tag] of [...tags, "O"].entries()) {
    const [prefix, kind] = [tag.charAt(0), tag.slice(1).replace(/^.*?-/u, "") || "_"];
    if (ends(before, prefix, kindBefore === kind)) spans.add(`${kindBefore} ${start} ${index - 1}`);
    if (begins(before, prefix, kindBefore === kind)) start = index;
    [before, kindBefore] = [prefix, kind];
  }
  return spans;
}

function ends(before: string, prefix: string, isSameKind: boolean): boolean {
  if (before === "E" || before === "S") return true;
  if ((before === "B" || before === "I") && "BSO".includes(prefix)) return true;
  return before !== "O" && before !== "." && !isSameKind;
}

function begins(before: string, prefix: string, isSameKind: boolean): boolean {
  if (prefix === "B" || prefix === "S") return true;
  if ("ESO".includes(before) && (prefix === "E" || prefix === "I")) return true;
  return prefix !== "O" && prefix !== "." && !isSameKind;
}
