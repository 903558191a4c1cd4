import type { ModelDiagram } from "../../compiler/diagram/diagram.ts";

/** An attention-bottleneck model of two modalities, one of them frozen below the fusion. */
export const sample: ModelDiagram = {
  title: "emoji_mbt",
  nodes: [
    { id: "drawing", kind: "modality", label: "drawing", details: ["image(48, 48, 3)"], shapes: ["grid[48 × 48 × 3]"] },
    { id: "name", kind: "modality", label: "name", details: ["text, bpe(1000)"], shapes: ["ids[12]"] },
    {
      id: "seen",
      kind: "stream",
      label: "seen",
      details: ["patches → linear → with_cls → positions → transformer"],
      shapes: ["tokens[37 × 96]"],
      parameters: 245_664,
      weights: "frozen",
    },
    {
      id: "read",
      kind: "stream",
      label: "read",
      details: ["embed → with_cls → positions → transformer"],
      shapes: ["tokens[13 × 96]"],
      parameters: 320_544,
      weights: "trained",
    },
    {
      id: "met",
      kind: "fusion",
      label: "met",
      details: ["bottleneck, symmetric", "4 bottlenecks, 2 layers, 4 heads"],
      shapes: ["seen: tokens[37 × 96]", "read: tokens[13 × 96]"],
      parameters: 447_744,
    },
    {
      id: "classify",
      kind: "layer",
      label: "classify",
      details: ["norm → linear"],
      shapes: [],
      parameters: 9_407,
      sharedBy: 2,
    },
    {
      id: "subgroup",
      kind: "task",
      label: "subgroup",
      details: ["category of 95 classes", "cross_entropy, accuracy"],
      shapes: ["2 × vector[95]"],
    },
  ],
  edges: [
    { from: "drawing", to: "seen", kind: "data" },
    { from: "name", to: "read", kind: "optional" },
    { from: "seen", to: "met", kind: "data" },
    { from: "read", to: "met", kind: "data" },
    { from: "met", to: "subgroup", label: "seen.cls", kind: "data" },
    { from: "met", to: "subgroup", label: "read.cls", kind: "data" },
    { from: "classify", to: "subgroup", kind: "weights" },
  ],
};
