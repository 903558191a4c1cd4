import type { FastifyReply, FastifyRequest } from "fastify";
import type { Prediction, RawExample } from "../../runtime/index.ts";
import { type RequestFailure, type WrittenFailure, failureOf, writtenFailure } from "../failure.ts";
import { namedTasks, tasksWithInputs } from "../models/passes.ts";
import type { Outcome } from "../models/served-model.ts";
import type { AddressedModel } from "../models/served-models.ts";
import type { Routes, Serving } from "../serving.ts";
import { addressedModel, listOf, requireKnownQuery, textOf } from "./address.ts";
import { readExamples } from "./read-examples.ts";
import { withinTime } from "./within-time.ts";

/** The answer for an example: by task the prediction, or why the task cannot use the example. */
type Answer = { readonly [task: string]: object };

/** `POST /predict` and `/predict/MODEL`: an example or a list of examples, as they are. */
export const predictRoutes: Routes = (app, serving) => {
  const predict = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => answer(request, reply, serving);
  app.post("/predict", predict);
  app.post("/predict/:model", predict);
};

async function answer(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<unknown> {
  requireKnownQuery(request, ["tasks", "decode"]);
  const model = addressedModel(request, serving);
  const named = listOf(request, "tasks");
  const tasks = named === undefined ? undefined : namedTasks(model.served.model, named);
  const decode = textOf(request, "decode");
  const { examples, isList } = await readExamples(request, model, serving.limits);
  const asked = examples.map((example, index) => ({
    name: isList ? `Example ${index}` : "The example",
    example,
    tasks: tasks ?? tasksOf(model, example),
    ...(decode === undefined ? {} : { decode }),
  }));
  const outcomes = await withinTime(reply, serving.limits.answerSeconds, (signal) =>
    model.served.predict(asked, signal),
  );
  void reply.header("mtl-model", model.name).header("mtl-version", model.served.version);
  const failures = outcomes.map(failureOfAll);
  const [failure] = failures;
  // An example that no task can use is refused; a list is refused only if all of its examples are.
  if (failure && failures.every((each) => each !== undefined)) throw failure;
  const answers = outcomes.map((outcome, index) =>
    failures[index] ? writtenFailure(failures[index]) : answerOf(outcome),
  );
  return isList ? answers : answers[0];
}

function tasksOf({ served, tasks }: AddressedModel, example: RawExample): readonly string[] {
  return tasksWithInputs(served.model, tasks, Object.keys(example));
}

/** The failure of an example that no task can use. */
function failureOfAll({ predictions, failures }: Outcome): RequestFailure | undefined {
  const [error] = Object.values(failures);
  return error && Object.keys(predictions).length === 0 ? failureOf(error) : undefined;
}

function answerOf({ predictions, failures }: Outcome): Answer {
  return Object.fromEntries([
    ...Object.entries(predictions).map(([task, prediction]) => [task, withoutKind(prediction)] as const),
    ...Object.entries(failures).map(([task, error]): [string, WrittenFailure] => [
      task,
      writtenFailure(failureOf(error)),
    ]),
  ]);
}

/** The keys of a prediction, as `mtl predict` writes them. */
export function withoutKind({ kind: _kind, ...values }: Prediction): object {
  return values;
}
