import { RequestFailure } from "../failure.ts";
import type { ServedModel } from "./served-model.ts";

/** A model as a request names it: a run, or one task of it. */
export interface AddressedModel {
  readonly name: string;
  readonly served: ServedModel;
  /** The tasks that are predicted unless the request chooses. */
  readonly tasks: readonly string[];
}

/** The runs of a server, by name. */
export class ServedModels {
  readonly all: readonly ServedModel[];

  constructor(all: readonly ServedModel[]) {
    this.all = all;
  }

  /** Every name that is a model: `RUN` for all meant tasks in one pass, and `RUN.TASK` for one of several tasks. */
  get addressed(): readonly AddressedModel[] {
    return this.all.flatMap((served) => {
      const { tasks, meant } = served.model;
      const single = tasks.length > 1 ? tasks.map(({ name }) => name) : [];
      return [
        { name: served.name, served, tasks: meant },
        ...single.map((task) => ({ name: `${served.name}.${task}`, served, tasks: [task] })),
      ];
    });
  }

  /**
   * The model of this name; without a name the only one.
   *
   * @throws RequestFailure if there is none.
   */
  named(name: string | undefined): AddressedModel {
    const { addressed } = this;
    const [only, ...others] = this.all;
    const wanted = name ?? (others.length === 0 ? only?.name : undefined);
    const found = addressed.find((each) => each.name === wanted);
    if (found) return found;
    const names = addressed.map((each) => each.name).join(", ");
    throw wanted === undefined
      ? new RequestFailure("bad_request", "The server has several models.", `Name one of them in the path: ${names}.`)
      : new RequestFailure("not_found", `There is no model ${JSON.stringify(wanted)}.`, `The models are: ${names}.`);
  }
}
