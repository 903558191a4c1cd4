import { costOf } from "../../../compiler/analysis/cost/cost-of.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const cost = tool({
  name: "cost",
  title: "Count costs",
  description:
    "Counts parameters, floating point operations for one example and bytes of memory of every stream, fusion, task and stage, before any weight is made.",
  input: specificationInput,
  run: (session, input) => costOf(session.program(input).program),
});
