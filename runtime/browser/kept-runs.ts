import type { StepEvent } from "../train/phase/observer.ts";
import { heldLocks } from "./locks.ts";
import { inStorage, resultOf } from "./storage.ts";

/** The newest checkpoint of a run, by its last update. */
export interface KeptState extends Pick<StepEvent, "stage" | "step" | "total" | "loss"> {
  /** True if the training has ended, so that the run has results and a model. */
  readonly isDone: boolean;
}

/** A run that a training keeps in the browser's storage. */
export interface KeptRun extends KeptState {
  /** `keep` of the training; `savedFiles(name)` are the files of the run. */
  readonly name: string;
  /** When it was kept last, in milliseconds since 1970. */
  readonly time: number;
  readonly bytes: number;
  /** True while a worker keeps it: the training runs, or its page has its model. */
  readonly isOpen: boolean;
}

/** The entry of a folder that a training keeps. */
export interface KeptFolder extends KeptState {
  /** Drawn anew whenever the folder is written. */
  readonly id: string;
  readonly time: number;
  readonly bytes: number;
}

/** The runs that trainings keep in the browser's storage, the newest first. */
export async function keptRuns(): Promise<readonly KeptRun[]> {
  const [names, folders] = await inStorage("readonly", ({ folders: store }) =>
    Promise.all([resultOf(store.getAllKeys()), resultOf(store.getAll())]),
  );
  const open = await heldLocks();
  return folders
    .flatMap((folder, index): readonly KeptRun[] => {
      const [name, known] = [names[index] as string, folder as Partial<KeptFolder>];
      if (!isKept(known)) return [];
      const { id: _, ...run } = known;
      return [{ ...run, name, isOpen: open.has(name) }];
    })
    .toSorted((one, other) => other.time - one.time);
}

function isKept(folder: Partial<KeptFolder>): folder is KeptFolder {
  return folder.id !== undefined;
}
