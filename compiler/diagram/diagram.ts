import { formatCount } from "../analysis/cost/amounts.ts";

/**
 * A model as a picture: modalities on top, streams and fusion points between, tasks below. Plain data for the
 * renderers.
 */
export interface ModelDiagram {
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export const diagramKinds = ["modality", "stream", "fusion", "layer", "task"] as const;
export type DiagramKind = (typeof diagramKinds)[number];

export interface DiagramNode {
  readonly id: string;
  readonly kind: DiagramKind;
  /** The declaration's name. */
  readonly label: string;
  /** Description, one line each: `image(48, 48, 3)`; `bottleneck`, `4 bottlenecks, 2 layers`; `category of 95`. */
  readonly details: readonly string[];
  /** Shapes of the outputs, one line each: `tokens[37 × 96]`; of a fusion `seen: tokens[37 × 96]`. */
  readonly shapes: readonly string[];
  /** Number of parameters in its own weights. */
  readonly parameters?: number;
  /** Number of uses of its weights, if more than one. */
  readonly sharedBy?: number;
  /** The tasks that use its values, in groups for which a step of the last stage computes them once; absent if each task is trained by itself. */
  readonly computedFor?: readonly (readonly string[])[];
  /** State of its weights in the last stage. */
  readonly weights?: "trained" | "frozen" | "partly_frozen";
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  /** A result of a fusion (`seen`), or a role (`target`). */
  readonly label?: string;
  /** `weights`: shared weights of a layer, without data flow. `optional`: a modality that a row may lack. */
  readonly kind: "data" | "optional" | "weights";
}

/**
 * Each connection once: a layer that one task uses twice is drawn with one line, and the node says how often it is
 * shared.
 */
export function distinctEdges(edges: readonly DiagramEdge[]): readonly DiagramEdge[] {
  return [
    ...new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to, edge.kind, edge.label]), edge])).values(),
  ];
}

/** The lines below a node's shape: `221.2 k parameters, frozen`; `computed once for kind and size`. */
export function notesOf(node: DiagramNode): readonly string[] {
  return [describeWeights(node), describeComputation(node)].filter((note) => note !== undefined);
}

/** The number of tasks that are listed by name. */
const mostNames = 3;

function describeComputation({ computedFor = [] }: DiagramNode): string | undefined {
  if (computedFor.flat().length < 2) return undefined;
  const groups = computedFor.map((tasks) =>
    tasks.length > mostNames
      ? `${tasks.length} tasks`
      : [tasks.slice(0, -1).join(", "), tasks.at(-1)].filter(Boolean).join(" and "),
  );
  return `computed once for ${groups.join(", and once for ")}`;
}

/** The line about a node's weights: `221.2 k parameters, shared by 2, frozen`. */
export function describeWeights({ parameters, sharedBy, weights }: DiagramNode): string | undefined {
  const parts = [
    parameters === undefined || parameters === 0 ? undefined : `${formatCount(parameters)} parameters`,
    sharedBy === undefined || sharedBy < 2 ? undefined : `shared by ${sharedBy}`,
    weights === "frozen" ? "frozen" : weights === "partly_frozen" ? "partly frozen" : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}
