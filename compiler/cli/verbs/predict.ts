import { resolve } from "node:path";
import type { RawExample, TrainedModel } from "../../../runtime/index.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import { addEngineOptions, collect, type EngineOptions, given } from "../options.ts";
import { readExamples } from "../read-examples.ts";
import type { Session, VerbOf } from "../verb.ts";

interface PredictOptions extends EngineOptions {
  readonly task?: string;
  readonly input?: readonly string[];
}

/** Examples that are predicted at once; results of a long stream come while it goes on. */
const chunkSize = 256;

export const predict: VerbOf<PredictOptions> = {
  name: "predict",
  summary: "Predict with a trained run: raw files in, JSON Lines out.",
  examples: [
    ["mtl predict runs/model-0001 a.png b.png", "a prediction for each file"],
    ["mtl predict runs/model-0001 --input drawing=a.png --input name=smile", "one example of several modalities"],
    ["mtl predict runs/model-0001 --task species < rows.jsonl", "an example on each line"],
  ],
  configure: (command) =>
    addEngineOptions(command)
      .argument("<run>", "the run folder, or its model/ alone")
      .argument("[files...]", "a file for each example; .jsonl holds many")
      .option("--task <name>", "one task; all of them by default")
      .option("--input <name=value>", "a modality of the one example: a path, a text, or JSON; may be repeated", collect),
  async run(session, [run = "", ...files], { task, input = [], engine, threads }) {
    const { load } = await import("../../../runtime/index.ts");
    const model = await load(resolve(session.io.cwd, run), { folder: session.io.cwd, ...given("engine", engine), ...given("threads", threads) });
    try {
      const tasks = task === undefined ? model.tasks.map(({ name }) => name) : [checkedTask(model, task)];
      let first = 0;
      for await (const chunk of inChunks(readExamples(model, { files, inputs: input }, session.io))) {
        await printPredictions(session, model, tasks, chunk, first);
        first += chunk.length;
      }
      if (first === 0) session.note("There were no examples to predict.");
    } finally {
      await model.dispose();
    }
    return 0;
  },
};

/** A line for each example and task: `{"example":0,"task":"species","class":"rose",…}`. */
async function printPredictions(session: Session, model: TrainedModel, tasks: readonly string[], examples: readonly RawExample[], first: number): Promise<void> {
  const byTask = new Map<string, Awaited<ReturnType<TrainedModel["predictAll"]>>>();
  for (const task of tasks) byTask.set(task, await model.predictAll(examples, { task, before: first }));
  for (const index of examples.keys()) {
    for (const [task, predictions] of byTask) {
      const prediction = predictions[index];
      if (prediction === undefined) throw new Error(`no prediction for example ${index} of ${task}`);
      const { kind: _kind, ...values } = prediction;
      session.print(`${JSON.stringify({ example: first + index, task, ...values })}\n`);
    }
  }
}

function checkedTask({ tasks }: TrainedModel, task: string): string {
  const names = tasks.map(({ name }) => name);
  if (names.includes(task)) return task;
  const similar = nearest(task, names);
  throw new UserError("usage", `The model has no task "${task}".`, similar === undefined ? `Its tasks are ${names.join(", ")}.` : `Did you mean "${similar}"?`);
}

async function* inChunks(examples: AsyncIterable<RawExample>): AsyncGenerator<readonly RawExample[]> {
  let chunk: RawExample[] = [];
  for await (const example of examples) {
    chunk.push(example);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
