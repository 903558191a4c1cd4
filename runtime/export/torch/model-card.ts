import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { TorchConfig } from "./torch-config.ts";

export interface CardRequest {
  readonly config: TorchConfig;
  readonly specification: ResolvedSpecification;
}

/** `README.md` of an exported model, with the header that model hubs read. */
export function modelCard({ config, specification }: CardRequest): string {
  const { name, title, stage, weights, parameters } = config;
  const tasks = Object.entries(config.tasks);
  const [first = "task"] = Object.keys(config.tasks);
  const origin = {
    trained: `the weights are those of the stage \`${stage}\``,
    from: "the weights are those with which its training begins, some of them from outside",
    seed: "the weights are not trained",
  }[weights];
  return `---
library_name: pytorch
tags:
  - mtl
  - multi-task
pipeline_tag: other
---

# ${name}

${title ?? `The model ${name}`}. It was exported by mtl ${config.mtl_version}; ${origin}. It has ${parameters} parameters.

| task | target | what it predicts |
| --- | --- | --- |
${tasks.map(([task, { target, title: about }]) => `| \`${task}\` | ${target.kind} | ${about ?? ""} |`).join("\n")}

Inputs: ${Object.entries(specification.modalities)
    .map(([modality, { kind }]) => `\`${modality}\` (${kind})`)
    .join(", ")}. The tensors of each task are listed in \`TASKS\` of \`model.py\`.

## Use

\`\`\`python
import torch
from safetensors.torch import load_file
from model import TASKS, Model

model = Model()
model.load_state_dict(load_file("model.safetensors"))
model.eval()
features = {
    name: torch.zeros(1, *shape, dtype=getattr(torch, dtype))
    for name, (dtype, shape) in TASKS["${first}"]["features"].items()
}
with torch.no_grad():
    print(model("${first}", features))
\`\`\`

With \`row_weight\`, and with the features of the target beside the others, a call also returns \`loss\`, the mean of the rows by their weights, and \`weight\`, the sum of these.
Every weight has the name that it has in mtl, so that \`init: from("model.safetensors")\` continues there with what was trained here.
`;
}
