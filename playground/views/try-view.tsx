import { useEffect, useState } from "preact/hooks";
import type { Prediction } from "../../runtime/targets/prediction.ts";
import type { RawExample } from "../../runtime/data/data.ts";
import { tab } from "../state/app-state.ts";
import { currentTraining } from "../training/controller.ts";
import { hasModel, trained } from "../training/training-state.ts";
import { InputOf } from "./inputs/input-of.tsx";
import { Outdated } from "./outdated.tsx";
import { PredictionView } from "./prediction-view.tsx";

/** Milliseconds after the last change until a prediction is made. */
const pause = 120;

/** The trained model on values that the reader gives: a drawing, a picture, a text, a sound. */
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
      <Try
        key={JSON.stringify(trained.value?.state.files)}
        modalities={specification.modalities}
        tasks={specification.tasks}
      />
    </div>
  );
}

type Specification = NonNullable<typeof trained.value>["specification"];

function Try({ modalities, tasks }: Pick<Specification, "modalities" | "tasks">) {
  const [example, setExample] = useState<RawExample>({});
  const [predictions, setPredictions] = useState<Readonly<Record<string, Prediction>>>({});
  const [problem, setProblem] = useState("");
  const able = Object.values(tasks)
    .filter(({ inputs }) => inputs.every(({ modality, optional }) => optional || example[modality] !== undefined))
    .map(({ name }) => name);
  useEffect(() => {
    if (able.length === 0) {
      setPredictions({});
      return undefined;
    }
    let isLatest = true;
    const timer = setTimeout(() => {
      currentTraining()
        ?.predict([example], { tasks: able })
        .then(([predicted = {}]) => {
          if (!isLatest) return;
          setPredictions(predicted);
          setProblem("");
        })
        .catch((error: unknown) => isLatest && setProblem(error instanceof Error ? error.message : String(error)));
    }, pause);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [example, able.join(" ")]);
  const give = (name: string, value: unknown): void =>
    setExample((before) => {
      const { [name]: _, ...others } = before;
      return value === undefined ? others : { ...others, [name]: value };
    });
  return (
    <div class="try">
      <div class="inputs">
        {Object.entries(modalities).map(([name, modality]) => (
          <InputOf key={name} name={name} modality={modality} onValue={(value) => give(name, value)} />
        ))}
      </div>
      <div class="predictions" aria-live="polite">
        {problem === "" ? undefined : <p class="problem">{problem}</p>}
        {Object.entries(predictions).map(([task, prediction]) => (
          <PredictionView key={task} task={task} prediction={prediction} />
        ))}
        {able.length === 0 ? <p class="note">The prediction appears here.</p> : undefined}
      </div>
    </div>
  );
}
