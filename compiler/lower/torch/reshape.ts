import { at } from "../at.ts";
import { type Expression, asTensor, atom, operand, precedence } from "./expression.ts";
import type { LoweringContext } from "./lowering.ts";
import { type Size, batchSizes, isFixed, isSize, productOf, sameSize } from "../../graph/size.ts";

type Writer = Pick<LoweringContext<"reshape">, "number" | "size">;

/** One step of a reshape, and the axes that are before and behind it. */
interface Step {
  readonly text: string;
  readonly read: number;
  readonly made: number;
}

/** A reshape in terms of axes that are split, merged, added or left out: so neither the batch nor a length is written. */
export function reshaped({ inputs, inputSizes, outputSizes, number, size }: LoweringContext<"reshape">): Expression {
  const [from, to] = [at(inputSizes, 0), at(outputSizes, 0)];
  const x = operand(asTensor(at(inputs, 0)), precedence.atom);
  const steps: string[] = [];
  let [read, made] = [0, 0];
  while (read < from.length || made < to.length) {
    const step = stepAt(from.slice(read), to.slice(made), made, { number, size });
    if (!step) return atom(`${x}.reshape(${to.map((each) => size(each, "size")).join(", ")})`);
    if (step.text !== "") steps.push(step.text);
    read += step.read;
    made += step.made;
  }
  return atom(x + steps.join(""));
}

/** The step from the first axes of `from` to those of `to`, at an axis of the result; `undefined` if they have no short form. */
function stepAt(from: readonly Size[], to: readonly Size[], axis: number, writer: Writer): Step | undefined {
  const [source, target] = [from[0], to[0]];
  if (source && target && sameSize(source, target)) return { text: "", read: 1, made: 1 };
  if (target && isSize(target, 1)) return { text: `.unsqueeze(${axis})`, read: 0, made: 1 };
  if (source && isSize(source, 1)) return { text: `.squeeze(${axis})`, read: 1, made: 0 };
  const run = runOf(from, to);
  if (!run) return undefined;
  if (run.made === 1) return { ...run, text: `.flatten(${axis}, ${axis + run.read - 1})` };
  if (run.read > 1) return undefined;
  const parts = to.slice(0, run.made);
  const batched = parts.findIndex((each) => !isFixed(each));
  const free = batched === -1 ? parts.length - 1 : batched;
  const sizes = parts.map((each, index) => (index === free ? "-1" : writer.number(each.fixed, "parts")));
  return { ...run, text: `.unflatten(${axis}, (${sizes.join(", ")}))` };
}

/** The shortest runs of axes at the beginning of both that have the same number of elements. */
function runOf(
  from: readonly Size[],
  to: readonly Size[],
): { readonly read: number; readonly made: number } | undefined {
  let [read, made] = [1, 1];
  const few = (size: Size): number => size.perExample * batchSizes[0] + size.fixed;
  for (;;) {
    const [left, right] = [productOf(from.slice(0, read)), productOf(to.slice(0, made))];
    if (!left || !right) return undefined;
    if (read > from.length || made > to.length) return undefined;
    if (sameSize(left, right)) return { read, made };
    if (few(left) < few(right)) read++;
    else made++;
  }
}
