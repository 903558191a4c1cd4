import { batch, how, openHeads, specificationOfHeads, stepsOfStages, taskNames, where } from "../heads.ts";
import { median } from "../interleave.ts";
import type { Section } from "../section.ts";
import { RATE } from "../size.ts";
import { digits, factor, table } from "../table.ts";

const counts = [2, 4, 8];

const specification = specificationOfHeads([
  `stage single { tasks: [genre]  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }`,
  ...counts.flatMap((count) => {
    const tasks = `tasks: [${taskNames.slice(0, count).join(", ")}]`;
    const options = `${tasks}  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1`;
    return [
      ...["shared", "own"].map((rows) => `stage ${rows}_${count} { step: joint(rows: ${rows})  ${options} }`),
      `stage pcgrad_${count} { step: joint  balance: pcgrad  ${options} }`,
    ];
  }),
]);

export const sharedPasses: Section = {
  name: "heads",
  title: "Several tasks over one trunk",
  run: async ({ repetitions, note }) => {
    const heads = await openHeads(specification);
    const rows: string[][] = [];
    for (const count of counts) {
      const stages = ["single", `shared_${count}`, `pcgrad_${count}`, `own_${count}`];
      const samples = await stepsOfStages(stages, heads, {
        repetitions,
        note: (round) => note(`${count} tasks, round ${round} of ${repetitions}`),
      });
      const [single = [], ...others] = samples;
      rows.push([
        String(count),
        digits(median(single)),
        ...others.flatMap((sample) => [
          digits(median(sample)),
          factor(median(sample.map((each, index) => each / (single[index] ?? Number.NaN)))),
        ]),
      ]);
    }
    await heads.close();
    return `${where}: a step of one task, and joint steps of several. \`shared\` computes the trunk once, forward and backward; \`pcgrad\` takes the gradient of each task from one forward pass; with \`own\` each task has rows of its own, and a pass. ${how}\n\n${table(
      ["tasks", "one task", "shared", "× one task", "`pcgrad`", "× one task", "`own`", "× one task"],
      rows,
    )}`;
  },
};
