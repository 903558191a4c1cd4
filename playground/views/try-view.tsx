import { useEffect, useState } from "preact/hooks";
import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import type { Candidates, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Prediction } from "../../runtime/targets/prediction.ts";
import type { RawExample } from "../../runtime/data/data.ts";
import { tab } from "../state/app-state.ts";
import { currentTraining } from "../training/controller.ts";
import { hasModel, trained } from "../training/training-state.ts";
import { isMasked } from "./values/masks.ts";
import { InputOf } from "./inputs/input-of.tsx";
import { Matches } from "./matches.tsx";
import { Outdated } from "./outdated.tsx";
import { PredictionView } from "./prediction-view.tsx";
import { RowOfData } from "./row-of-data.tsx";

/** Milliseconds after the last change until a prediction is made. */
const pause = 120;

/** The trained model on values that the reader gives: a drawing, a picture, a text, a sound, a row of the data. */
export function TryView() {
  const specification = trained.value?.specification;
  if (!specification || !hasModel.value)
    return (
      <div class="empty">
        <p>Draw, type, speak or take a picture, and see what the model says, as soon as one is trained.</p>
        <button type="button" class="outlined" onClick={() => (tab.value = "train")}>
          Train
        </button>
      </div>
    );
  return (
    <div class="trying">
      <Outdated />
      <Try key={JSON.stringify(trained.value?.state.files)} specification={specification} />
    </div>
  );
}

type Specification = NonNullable<typeof trained.value>["specification"];

function Try({ specification }: { readonly specification: Specification }) {
  const { modalities, tasks } = specification;
  const [example, setExample] = useState<RawExample>({});
  const { predictions, problem } = usePredictions(example, Object.values(tasks));
  const given = new Set(Object.values(tasks).flatMap((task) => givenInputs(task).map(({ modality }) => modality)));
  const give = (name: string, value: unknown): void =>
    setExample((before) => {
      const { [name]: _, ...others } = before;
      return value === undefined ? others : { ...others, [name]: value };
    });
  const isEmpty = Object.keys(example).length === 0;
  const hides = (name: string): boolean =>
    Object.values(tasks).some(({ target }) => target.kind === "masked" && target.modality === name);
  return (
    <>
      <RowOfData specification={specification} onValues={setExample} />
      <div class="try">
        <div class="inputs">
          {Object.entries(modalities)
            .filter(([name]) => given.has(name))
            .map(([name, modality]) => (
              <InputOf
                key={name}
                name={name}
                modality={modality}
                value={example[name]}
                candidates={candidatesOf(name, Object.values(tasks))}
                isHidden={hides(name)}
                onValue={(value) => give(name, value)}
              />
            ))}
        </div>
        <div class="predictions" aria-live="polite">
          {problem === "" ? undefined : <p class="problem">{problem}</p>}
          {Object.values(tasks).map((task) => {
            const prediction = predictions[task.name];
            return prediction && <PredictionView key={task.name} {...{ task, prediction, example }} />;
          })}
          <Matches specification={specification} example={example} />
          {isEmpty ? <p class="note">The prediction appears here.</p> : undefined}
        </div>
      </div>
    </>
  );
}

/** The parts of a modality that are several candidates for a task that ranks them. */
function candidatesOf(modality: string, tasks: readonly ResolvedTask[]): Candidates["parts"][string] | undefined {
  return tasks.map(({ candidates }) => candidates?.parts[modality]).find(Boolean);
}

/** True if an example has what a task needs, with candidates for a task that ranks and without them for another one. */
function isEnough(example: RawExample, task: ResolvedTask): boolean {
  return givenInputs(task).every(({ modality, optional }) => {
    const value = example[modality];
    if (value === undefined) return optional;
    if (task.target.kind === "masked" && task.target.modality === modality) return isMasked(value);
    const parts = task.candidates?.parts[modality];
    const each = parts?.indexOf("each") ?? -1;
    if (each < 0)
      return !(Array.isArray(value) && value.some((part) => Array.isArray(part) && typeof part[0] === "string"));
    return Array.isArray(parts?.length === 1 ? value : (value as readonly unknown[])[each]);
  });
}

interface Predicted {
  readonly predictions: Readonly<Record<string, Prediction>>;
  /** Why there is no prediction. */
  readonly problem: string;
}

const nothing: Predicted = { predictions: {}, problem: "" };

/** The predictions of the tasks for which an example has all that they need. */
function usePredictions(example: RawExample, tasks: readonly ResolvedTask[]): Predicted {
  const [predicted, setPredicted] = useState(nothing);
  useEffect(() => {
    const able = tasks.filter((task) => isEnough(example, task));
    if (able.length === 0 || Object.keys(example).length === 0) return setPredicted(nothing);
    let isLatest = true;
    const timer = setTimeout(() => {
      void predictionsOf(example, able).then((found) => isLatest && setPredicted(found));
    }, pause);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [example]);
  return predicted;
}

/** Predicts task by task if they cannot be predicted together, so that what one of them lacks leaves the others. */
async function predictionsOf(example: RawExample, tasks: readonly ResolvedTask[]): Promise<Predicted> {
  try {
    const [predictions = {}] =
      (await currentTraining()?.predict([example], { tasks: tasks.map(({ name }) => name) })) ?? [];
    return { predictions, problem: "" };
  } catch (error) {
    if (tasks.length === 1) return { predictions: {}, problem: error instanceof Error ? error.message : String(error) };
    const each = await Promise.all(tasks.map((task) => predictionsOf(example, [task])));
    return {
      predictions: Object.assign({}, ...each.map(({ predictions }) => predictions)) as Predicted["predictions"],
      problem: [...new Set(each.map(({ problem }) => problem).filter(Boolean))].join(" "),
    };
  }
}
