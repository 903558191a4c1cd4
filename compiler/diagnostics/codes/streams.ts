import { define } from "../define.ts";
import type { Span } from "../../../grammar/ast.ts";
import type { Fix } from "../diagnostic.ts";
import { optionAdded, replaced, saidIn } from "../fixes.ts";

/** The calls of blocks around the expression with the problem. */
function callPath(path: string): string | undefined {
  return path === "" ? undefined : `Call path: ${path}.`;
}

function together(...sentences: readonly (string | undefined)[]): string | undefined {
  return sentences.filter((sentence) => sentence !== undefined).join(" ") || undefined;
}

/** `linear(wider, 32)` for `wider`. */
function projectedBy({ at, width }: { readonly at: Span; readonly width: number }, text: string): readonly Fix[] {
  return replaced({ at, text }, `linear(${text.slice(at.start, at.end)}, ${width})`, "guess");
}

/** Streams, shapes, weights and the graph. Shapes are printed without the batch. */
export const streams = {
  wrong_stream: define<{ what: string; expected: string; found: string; path: string; hint?: string | undefined }>({
    code: "MTL4001",
    severity: "error",
    message: ({ what, expected, found }) => `${what} must be ${expected}; this is ${found}.`,
    help: ({ hint, path }) => together(hint, callPath(path)),
  }),
  shape_mismatch: define<{
    what: string;
    left: string;
    right: string;
    path: string;
    hint?: string | undefined;
    /** The expression that a `linear` of this width would make fit. */
    projected?: { readonly at: Span; readonly width: number } | undefined;
  }>({
    code: "MTL4002",
    severity: "error",
    message: ({ what, left, right }) => `${what}: ${left} does not fit ${right}.`,
    help: ({ hint, path }) => together(hint, callPath(path)),
    fixes: ({ projected }, { text }) => (projected ? projectedBy(projected, text) : []),
  }),
  absent_stream: define<{ what: string; task: string }>({
    code: "MTL4003",
    severity: "error",
    message: ({ what, task }) => `${what} is absent in the task "${task}", but \`from\` needs it.`,
    help: () => "Add the modality to the task's `uses`, or write `optional` where the stream is used.",
  }),
  stream_expected: define<{ what: string; found: string }>({
    code: "MTL4004",
    severity: "error",
    message: ({ what, found }) => `${what} must be a stream; this is ${found}.`,
    help: ({ found }) => (found.endsWith("waits for its stream") ? "Apply it to one: `x -> f`, or `f(x)`." : undefined),
  }),
  shared_weight_shape: define<{ weight: string; first: string; second: string }>({
    code: "MTL4005",
    severity: "error",
    message: ({ weight, first, second }) =>
      `The weight "${weight}" is shared, but would have two shapes: ${first} and ${second}.`,
    help: () => "Give both uses streams of the same shape, or use a separate layer for each.",
  }),
  weight_name_taken: define<{ weight: string }>({
    code: "MTL4006",
    severity: "error",
    message: ({ weight }) => `Two weights or layers of one block are called "${weight}".`,
    help: () => "Rename one of the two.",
  }),
  task_outside: define<{ name: string }>({
    code: "MTL4007",
    severity: "error",
    message: ({ name }) => `"${name}" depends on the current task, and there is none here.`,
    help: () => "Use it in a stream or block that a task reaches.",
  }),
  single_symmetric_fusion: define({
    code: "MTL4008",
    severity: "warning",
    message: () =>
      "Symmetric bottlenecks with a single fused layer exchange no information: a layer reads only the bottlenecks that the layer before it wrote.",
    help: () => "Fuse at least two layers, or write `update: sequential` (Nagrani et al., 2021).",
    fixes: (_, written) => (/[)}]$/u.test(saidIn(written)) ? optionAdded(written, "update", "sequential") : []),
  }),
  requirement: define<{ message: string; path: string }>({
    code: "MTL4009",
    severity: "error",
    message: ({ message }) => message,
    help: ({ path }) => callPath(path),
  }),
  recursion: define<{ block: string }>({
    code: "MTL4010",
    severity: "error",
    message: ({ block }) => `The block "${block}" calls itself.`,
    help: () => "Blocks cannot be recursive; use `repeat` for a loop.",
  }),
};
