import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { compressed } from "../../runtime/export/torch/compressed.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type TorchModel, lowerToTorch } from "../../compiler/torch/lower-to-torch.ts";

describe("the module of examples/mbt.mtl", () => {
  let model: TorchModel;
  beforeAll(() => {
    const { program } = compileFile(join(packageRoot(), "examples/mbt.mtl"));
    const plan = program.plan("fit");
    model = lowerToTorch({ specification: program.specification, tasks: [{ task: "group", plan }], plans: [plan], compressed });
  });

  test("has one class for all linear maps, and one for all norms", () => {
    const classes = [...model.text.matchAll(/^class (\w+)\(nn\.Module\)/gm)].map((match) => match[1]);
    expect(classes.filter((name) => /^(Linear|Norm|Mlp|GroupNorm)/.test(name ?? ""))).toEqual([
      "GroupNorm",
      "Norm",
      "Linear",
      "Mlp",
    ]);
  });

  test("names parameters as the block does", () => {
    expect(model.text).toContain("def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:");
  });

  test("writes neither a number of examples nor a slot", () => {
    expect(model.text).not.toMatch(/[⟨⟩⟦⟧]/);
    expect(model.text).not.toMatch(/(reshape|expand|empty)\((7|11)\b/);
  });
});
