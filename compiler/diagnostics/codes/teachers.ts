import { define } from "../define.ts";

/** Teachers of stages. */
export const teachers = {
  no_teacher: define<{ task: string }>({
    code: "MTL5160",
    severity: "error",
    message: ({ task }) => `The loss of the task "${task}" uses \`teacher\`, and there is none.`,
    help: () =>
      "A stage may have a teacher, and its own `loss` knows it: `teacher: best(joint)  loss: distilled`. That loss is added to the loss of the task.",
  }),
  untrained_teacher: define<{ weight: string; count: number; stage: string; teacher: string }>({
    code: "MTL5161",
    severity: "error",
    message: ({ weight, count, stage, teacher }) =>
      `The teacher of the stage "${stage}", the stage "${teacher}", has no weight "${weight}"${count > 1 ? `, nor ${count - 1} other${count > 2 ? "s" : ""}` : ""}.`,
    help: () =>
      "A teacher must have trained every task that learns from it: choose a stage with these tasks, or fewer tasks.",
  }),
};
