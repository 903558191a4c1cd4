import { useEffect, useRef, useState } from "preact/hooks";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../../runtime/data/data.ts";
import type { RunExample } from "../../runtime/model/run-examples.ts";
import { currentTraining } from "../training/controller.ts";
import { masked } from "./values/masks.ts";
import { useTask } from "./use-task.ts";

interface Settings {
  readonly specification: Pick<ResolvedSpecification, "tasks" | "modalities">;
  readonly onValues: (values: RawExample) => void;
}

/** The rows are visited in steps of about this part of them, since neighbours in a table are often alike. */
const stride = 0.38;

/** Takes rows of the data on which nothing was trained, to try the model on. */
export function RowOfData({ specification: { tasks, modalities }, onValues }: Settings) {
  const [first = "", ...others] = Object.keys(tasks);
  const [task, setTask] = useState(first);
  const [found, setFound] = useState<RunExample>();
  const next = useRef(0);
  useEffect(() => {
    next.current = 0;
    setFound(undefined);
  }, [task]);
  const withMasks = (values: RawExample): RawExample => {
    const target = tasks[task]?.target;
    if (target?.kind !== "masked") return values;
    return { ...values, [target.modality]: masked(values[target.modality], modalities[target.modality]) };
  };
  const { isBusy, start } = useTask(async () => {
    const example = await currentTraining()?.example({ task, split: "validation", row: next.current });
    if (!example) return;
    next.current = (next.current + Math.max(1, Math.floor(example.rows * stride))) % example.rows;
    setFound(example);
    onValues(withMasks(example.values));
  });
  return (
    <p class="choose row-of-data">
      <button type="button" class="outlined" aria-disabled={isBusy} onClick={start}>
        {found ? "Another row" : "A row of the data"}
      </button>
      {others.length > 0 ? (
        <select
          aria-label="Task of the row"
          value={task}
          onChange={({ currentTarget }) => setTask(currentTarget.value)}
        >
          {[first, ...others].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : undefined}
      <span class="note">
        {isBusy ? "Reading the data …" : found ? `${found.file}, row ${found.row}` : "of validation"}
      </span>
    </p>
  );
}
