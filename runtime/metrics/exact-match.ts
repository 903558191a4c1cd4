import { meanOf } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { textsOf } from "./generated-texts.ts";

export const exactMatch: MetricDefinition<"exact_match"> = {
  better: "higher",
  best: 1,
  ofGenerated: true,
  on: {
    sequence: (_, task) =>
      meanOf((row) => {
        const { generated, right } = textsOf(row, task);
        return generated === right ? 1 : 0;
      }),
  },
};
