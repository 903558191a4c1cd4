import { z } from "zod";
import { smoke as trainFewSteps } from "../../../runtime/sanity/smoke.ts";
import { ownSources } from "../../../runtime/compile.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const smoke = tool({
  name: "smoke",
  title: "Train a few steps",
  description:
    "Trains every stage for a few steps on synthetic data that fits the specification, and needs no data: losses of each task, weights that receive no gradient, gradients that are not finite. It says whether a model trains, not whether it learns.",
  input: { ...specificationInput, steps: z.int().min(1).max(50).default(3) },
  async run(session, { steps, ...input }) {
    const { program, entry, sources } = session.program(input);
    const specification = { program, entry, set: input.set ?? {}, sources: ownSources(sources) };
    const stages = await trainFewSteps({ specification, steps, seed: 1, onStage: () => {} });
    return stages.map(({ stage, tasks, trainable, untrained, notFinite }) => ({
      stage,
      tasks,
      trainable,
      untrained: untrained.map(({ name }) => name),
      notFinite: notFinite.map(({ name }) => name),
    }));
  },
});
