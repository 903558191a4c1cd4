import { ConstantBoxesFit } from "../boxes/constant-boxes.ts";
import { type BoxedObject, detectionsOf, objectsOf } from "../boxes/detections.ts";
import type { PictureBox } from "../boxes/overlap.ts";
import { setLoss } from "../boxes/set-loss.ts";
import { counted } from "../../compiler/counted.ts";
import { cellNumber } from "../data/cells/cell-number.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { jsonCell } from "../data/features/json-cell.ts";
import { boxInFractions, sizeOf } from "../data/features/region-box.ts";
import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { declaredNames } from "../synth/declared-names.ts";
import { classIndex, className } from "./class-names.ts";
import { repeated } from "./class-scores.ts";
import type { ReadableBox, RuntimeTarget } from "./runtime-target.ts";

/**
 * A set of objects with a class and a box: `int32 [most]`, −1 where a row has fewer, and `float32 [most, 4]`, centres
 * and sizes as fractions of the picture.
 */
export const boxes: RuntimeTarget<"boxes"> = {
  column: {
    namesIn: (value) => objectsIn(value).classes,
    encode: (value, [ids, sides], { classes }) => {
      const found = objectsIn(value);
      const most = ids?.length ?? 0;
      if (found.boxes.length > most)
        throw new UnreadableValue(
          `it has ${counted(found.boxes.length, "object")} where the target has at most ${most}`,
        );
      ids?.fill(-1);
      for (const [index, box] of found.boxes.entries()) {
        if (ids) ids[index] = classIndex(found.classes[index] ?? "", classes);
        sides?.set(centreAndSize(box), index * 4);
      }
    },
    // One object of the class that the row is about, and further ones at random.
    synthesize: ({ classes, most }, { latent, random }) => {
      const names = declaredNames(classes);
      const about = names[Math.floor(latent * names.length)] ?? "";
      const count = 1 + Math.floor(random.uniform() * most);
      const objects = Array.from({ length: count }, (_, index): ReadableBox => {
        const [left, top] = [random.uniform() * 0.6, random.uniform() * 0.6];
        const of = index === 0 ? about : (names[Math.floor(random.uniform() * names.length)] ?? about);
        return { class: of, box: [left, top, left + 0.1 + random.uniform() * 0.3, top + 0.1 + random.uniform() * 0.3] };
      });
      return {
        boxes: objects.map(({ box }) => box.map((side) => Number(side.toFixed(4)))),
        classes: objects.map((object) => object.class),
      };
    },
  },
  reading: "boxes",
  observe: (batch, row) => {
    const [logits, predicted] = [predictionRow(batch, "logits", row), predictionRow(batch, "boxes", row)];
    return {
      logits,
      boxes: predicted,
      scored: batch.classes ?? logits.length / (predicted.length / 4) - 1,
      classes: targetRow(batch, row, "classes") as Int32Array,
      objects: targetRow(batch, row, "boxes") as Float32Array,
    };
  },
  predictsNaN: ({ logits, boxes: predicted }) => logits.some(Number.isNaN) || predicted.some(Number.isNaN),
  loss: setLoss,
  readable: (row, { classOf }) => {
    const shown = (object: BoxedObject): ReadableBox => ({ class: classOf(object.class), box: object.box });
    const detections = detectionsOf(row.logits, row.boxes, row.scored).filter(({ isObject }) => isObject);
    return {
      target: { boxes: objectsOf(row).map(shown) },
      prediction: {
        boxes: detections.map((detection) => ({ ...shown(detection), probability: detection.probability })),
      },
    };
  },
  baseline: ({ outputs: [logits, predicted] }) => {
    const [queries = 0, width = 0] = logits?.shape ?? [];
    if (!predicted) throw new Error("boxes without an output for them");
    const fit = new ConstantBoxesFit();
    return {
      add: (row) => {
        const [ids, sides] = [row.get("classes"), row.get("boxes")];
        if (ids && sides) fit.add(ids, sides);
      },
      predictions: (size) => {
        const constant = fit.fit(queries, width);
        return new Map([
          ["logits", repeated(constant.logits, size)],
          ["boxes", repeated(constant.boxes, size)],
        ]);
      },
    };
  },
  predict: (outputs, { classes }) => {
    const [logits, predicted] = ["logits", "boxes"].map((name) => outputs.get(name) ?? new Float32Array(0));
    if (!logits || !predicted) throw new Error("a prediction without boxes");
    return {
      kind: "boxes",
      boxes: detectionsOf(logits, predicted, classes.length)
        .filter(({ isObject }) => isObject)
        .toSorted((one, other) => other.probability - one.probability)
        .map(({ class: of, probability, box }) => ({ class: classes[of] ?? "", probability, box })),
    };
  },
  cells: ({ boxes: detected }) => ({ boxes: JSON.stringify(detected) }),
};

interface WrittenObjects {
  readonly boxes: readonly PictureBox[];
  readonly classes: readonly string[];
}

/** `{ boxes, classes, size }`, in text files as JSON. */
function objectsIn(value: unknown): WrittenObjects {
  const found = typeof value === "string" ? jsonCell(value, "JSON of boxes and classes") : value;
  if (typeof found !== "object" || found === null || !("boxes" in found) || !("classes" in found))
    throw new UnreadableValue("it is not an object of `boxes` and `classes`");
  const { boxes: given, classes } = found;
  if (!Array.isArray(given) || !Array.isArray(classes))
    throw new UnreadableValue("its `boxes` and `classes` are not two lists");
  if (given.length !== classes.length)
    throw new UnreadableValue(`it has ${counted(given.length, "box", "boxes")} and classes of ${classes.length}`);
  const size = sizeOf("size" in found ? found.size : undefined);
  return {
    boxes: given.map((box: unknown, index) => {
      const of = `object ${index + 1}`;
      if (!Array.isArray(box)) throw new UnreadableValue(`the box of ${of} is not a list of numbers`);
      const sides = box.map((side: unknown) => cellNumber(side, `the box of ${of} is not a list of numbers: `));
      const [left = 0, top = 0, right = 0, bottom = 0] = boxInFractions(sides, size, `the box of ${of}`);
      return [left, top, right, bottom];
    }),
    classes: classes.map(className),
  };
}

function centreAndSize([left, top, right, bottom]: PictureBox): readonly number[] {
  return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
}
