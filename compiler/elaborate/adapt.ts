import type { AdaptDeclaration } from "../../grammar/ast.ts";
import { sameShape, showShape } from "../graph/graph.ts";
import type { LoadedFiles } from "../bind/load.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import type { ResolvedAdaptation } from "../schema/resolved.ts";
import type { Patterns } from "../schema/types.ts";
import { matchesPatterns } from "../stage/weight-patterns.ts";
import { applyLayer } from "./apply.ts";
import type { Elaboration } from "./elaboration.ts";
import { evaluateLayer } from "./evaluate.ts";
import { type Frame, frameAt } from "./frame.ts";
import { resolvePatterns } from "./options/patterns.ts";
import { declarationFrame } from "./symbol-values.ts";
import { type Stream, describe, streamValue } from "./value.ts";

/** An `adapt` declaration with the names that its pattern matches. */
export interface Adaptation {
  readonly declaration: AdaptDeclaration;
  readonly weights: Patterns;
}

/** The declarations of a specification, in the order of the text; one whose pattern has an error is left out. */
export function adaptationsOf(elaboration: Elaboration): readonly Adaptation[] {
  return elaboration.bindings.adapted.flatMap((declaration) => {
    const frame = frameOf(elaboration, declaration, []);
    const weights = resolvePatterns(frame, declaration.weights, "The pattern of `adapt`");
    return weights ? [{ declaration, weights: ofTask(weights, elaboration.task?.name) }] : [];
  });
}

/** The declarations as they are written into a resolved specification. */
export function resolvedAdaptations(elaboration: Elaboration, files: LoadedFiles): readonly ResolvedAdaptation[] {
  // A mistake within a pattern is reported where a task makes its first weight.
  return adaptationsOf({ ...elaboration, reporter: createReporter() }).map(({ declaration, weights }) => {
    const { file, start, end } = declaration.value.span;
    const text = files.get(file)?.text.slice(start, end) ?? "";
    return { weights, by: text.replaceAll(/\s+/gu, " ") };
  });
}

function ofTask({ include, except }: Patterns, task = "*"): Patterns {
  return { include: include.map((pattern) => pattern.replaceAll("{task}", task)), except };
}

/**
 * A weight as it is read: what the first `adapt` whose pattern matches its name makes of it. The weights of that block
 * have names that begin with the name of the adapted weight, and are not adapted themselves.
 */
export function adapted(elaboration: Elaboration, name: string, weight: Stream): Stream {
  elaboration.adaptations.all ??= adaptationsOf(elaboration);
  const adaptation = elaboration.adaptations.all.find(({ weights }) => matchesPatterns(name, weights));
  if (!adaptation) return weight;
  const { declaration } = adaptation;
  const frame = frameOf({ ...elaboration, adaptations: { all: [] } }, declaration, name.split("."));
  const layer = evaluateLayer(frame, declaration.value);
  if (!layer) return weight;
  const at = declaration.value.span;
  const result = applyLayer(frame, layer, [{ value: streamValue(weight), at: declaration.weights.span }]);
  if (result.kind === "stream" && result.stream.batch === "shared" && sameShape(shape(result.stream), shape(weight)))
    return { ...weight, value: result.stream.value, ...(result.stream.update && { update: result.stream.update }) };
  if (result.kind === "poison") return weight;
  const isOfRows = result.kind === "stream" && result.stream.batch === "batched";
  const found = isOfRows ? "a value of each row" : describe(result);
  // The same mistake is made of every weight that the pattern matches.
  elaboration.reporter.report(
    "adapted_shape",
    at,
    { weight: name, shape: showShape(shape(weight)), found },
    { unless: "error_at_span" },
  );
  return weight;
}

function shape({ value }: Stream): readonly number[] {
  return value.shape;
}

/** The frame of a declaration. Its calls are named as those of a block's body are, so that a single one adds its name, too. */
function frameOf(elaboration: Elaboration, { value, span }: AdaptDeclaration, path: readonly string[]): Frame {
  return frameAt(declarationFrame(elaboration, span.file, path, [{ kind: "Return", span, value }]), value.span);
}
