import type { Prediction, PredictionOf, TrainedModel } from "../../runtime/index.ts";
import type { TargetKind } from "../../compiler/targets/target.ts";
import type { Element, OutputTensor, TensorMetadata } from "./protocol.ts";

/** A tensor that a model gives, and how the prediction of a row becomes elements of it. */
export interface OpenOutput extends TensorMetadata {
  readonly datatype: OutputTensor["datatype"];
  readonly task: string;
  readonly write: (prediction: Prediction) => readonly Element[];
}

type TaskFacts = Pick<TrainedModel["tasks"][number], "name" | "target"> & { readonly classes: readonly string[] };

interface Field<Kind extends TargetKind> {
  readonly field: string;
  readonly datatype: OutputTensor["datatype"];
  /** The sizes of a row; a single element without. */
  readonly shape?: readonly number[];
  readonly parameters?: TensorMetadata["parameters"];
  readonly write: (prediction: PredictionOf<Kind>) => readonly Element[];
}

/** A field whose size differs between rows is JSON. */
function asJson<Kind extends TargetKind>(
  field: string,
  value: (prediction: PredictionOf<Kind>) => unknown,
): Field<Kind> {
  return {
    field,
    datatype: "BYTES",
    parameters: { content: "JSON" },
    write: (prediction) => [JSON.stringify(value(prediction))],
  };
}

function one<Kind extends TargetKind>(
  field: string,
  datatype: Field<Kind>["datatype"],
  value: (prediction: PredictionOf<Kind>) => Element,
): Field<Kind> {
  return { field, datatype, write: (prediction) => [value(prediction)] };
}

/** The tensors of each kind of target, named like the keys of its predictions. */
const fields: { readonly [Kind in TargetKind]: (task: TaskFacts) => readonly Field<Kind>[] } = {
  category: ({ classes }) => [
    one("class", "BYTES", (prediction) => prediction.class),
    one("probability", "FP32", ({ probability }) => probability),
    probabilities(classes),
  ],
  labels: ({ classes }) => [asJson("labels", ({ labels }) => labels), probabilities(classes)],
  number: () => [one("value", "FP64", ({ value }) => value)],
  vector: ({ target }) => [
    {
      field: "values",
      datatype: "FP64",
      shape: [target.kind === "vector" ? target.size : -1],
      write: ({ values }) => values,
    },
  ],
  ranking: () => [asJson("order", ({ order }) => order), asJson("scores", ({ scores }) => scores)],
  choice: () => [one("region", "FP64", ({ region }) => region), asJson("scores", ({ scores }) => scores)],
  contrastive: ({ target }) => {
    const shape = [target.kind === "contrastive" ? target.width : -1];
    return [
      one("score", "FP32", ({ score }) => score),
      { field: "first", datatype: "FP32", shape, write: ({ first }) => first },
      { field: "second", datatype: "FP32", shape, write: ({ second }) => second },
    ];
  },
  matching: () => [one("score", "FP32", ({ score }) => score)],
  aligned: () => [one("probability", "FP32", ({ probability }) => probability)],
  masked: () => [one("text", "BYTES", ({ text }) => text), asJson("tokens", ({ tokens }) => tokens)],
  reconstruct: () => [{ field: "values", datatype: "FP32", shape: [-1], write: ({ values }) => values }],
  masked_classes: () => [asJson("regions", ({ regions }) => regions)],
  masked_values: () => [asJson("parts", ({ parts }) => parts)],
  sequence: () => [
    one("text", "BYTES", ({ text }) => text),
    one("probability", "FP32", ({ probability }) => probability),
  ],
  tags: () => [asJson("tags", ({ tags }) => tags), asJson("probabilities", (prediction) => prediction.probabilities)],
  boxes: () => [asJson("boxes", ({ boxes }) => boxes)],
};

function probabilities(classes: readonly string[]): Field<"category"> & Field<"labels"> {
  return {
    field: "probabilities",
    datatype: "FP32",
    shape: [classes.length],
    parameters: { classes },
    write: ({ probabilities: by }: { readonly probabilities: { readonly [name: string]: number } }) =>
      classes.map((name) => by[name] ?? 0),
  };
}

/** The tensors that the predictions of some tasks are, `TASK.KEY`. */
export function openOutputs(
  { tasks, classes }: Pick<TrainedModel, "tasks" | "classes">,
  wanted: readonly string[],
): readonly OpenOutput[] {
  return wanted.flatMap((name) => {
    const task = tasks.find((each) => each.name === name);
    return task ? outputsOf({ ...task, classes: classes[name] ?? [] }) : [];
  });
}

function outputsOf(task: TaskFacts): readonly OpenOutput[] {
  // The table pairs each kind with its own function, which TypeScript cannot infer through an index.
  const fieldsOf = fields[task.target.kind] as (task: TaskFacts) => readonly Field<TargetKind>[];
  return fieldsOf(task).map(({ field, datatype, shape = [], parameters, write }) => ({
    task: task.name,
    name: `${task.name}.${field}`,
    datatype,
    shape: [-1, ...shape],
    ...(parameters === undefined ? {} : { parameters }),
    write,
  }));
}

/** The tensor of some rows. */
export function outputTensor(
  { name, datatype, shape: [, ...shape], parameters, write }: OpenOutput,
  predictions: readonly Prediction[],
): OutputTensor {
  const rows = predictions.map(write);
  const width = rows[0]?.length ?? 0;
  return {
    name,
    datatype,
    // A size that the metadata leaves open is that of the rows.
    shape: [rows.length, ...shape.map((size) => (size === -1 ? width : size))],
    ...(parameters === undefined ? {} : { parameters }),
    data: rows.flat(),
  };
}
