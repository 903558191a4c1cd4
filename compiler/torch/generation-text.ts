import type { GraphInput } from "../graph/graph.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";
import { featuresOfGenerated, generatedTextOf } from "../targets/sequence.ts";
import { logitsName } from "../analysis/decoding/kept-values.ts";
import type { ModelEmitter, TaskGraph } from "./model-emitter.ts";
import type { NumberInText } from "./slots.ts";
import { splitByText } from "./split-by-text.ts";
import { inputText } from "./task-text.ts";

/** A method of the model, whose numbers are slots. */
export interface WrittenMethod {
  readonly signature: string;
  readonly doc: string;
  readonly lines: readonly string[];
  readonly numbers: readonly NumberInText[];
}

/** The two methods by which a task generates its text; none if it generates none. */
export function generationMethods(
  emitter: ModelEmitter,
  graph: TaskGraph,
  specification: ResolvedSpecification,
): readonly WrittenMethod[] {
  const { task } = graph;
  const target = specification.tasks[task]?.target;
  const generated = target?.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
  const logits = graph.graph.outputs.find(({ name }) => name === logitsName);
  if (!generated || !logits) return [];
  const { ids, mask } = featuresOfGenerated(generated);
  const isText = ({ role }: GraphInput): boolean =>
    role.kind === "feature" && (role.feature === ids.name || role.feature === mask.name);
  const { once, each, kept } = splitByText(graph.graph, isText);
  const inputOf = (input: GraphInput) => inputText(graph, input, specification);
  const encoder = emitter.task(graph, inputOf, { scope: once });
  const encoded = encoder.linesOf(kept);
  const decoder = emitter.task(graph, inputOf, { scope: each });
  const names = kept.map((value, index) => decoder.parameter(value, nameIn(encoded.texts[index] ?? "")));
  const decoded = decoder.linesOf([logits.value]);
  const given = ["self", "features: dict[str, Tensor]"];
  const { modality } = generated.target;
  return [
    {
      signature: `def encode_${task}(${given.join(", ")}) -> tuple[Tensor, ...]:`,
      doc: `The tensors that the text of ${modality} does not change, for \`decode_${task}\`.`,
      lines: [...encoded.lines, `return ${tupleOf(encoded.texts)}`],
      numbers: encoder.numbers,
    },
    {
      signature: `def decode_${task}(${[...given, ...names.map((name) => `${name}: Tensor`)].join(", ")}) -> Tensor:`,
      doc: `The logits of each token of ${modality}, of which the features have the tokens before it.`,
      lines: [...decoded.lines, `return ${decoded.texts.join(", ")}`],
      numbers: decoder.numbers,
    },
  ];
}

/** The last name in an expression of a tensor. */
function nameIn(text: string): string {
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  const feature = /^features\["([^"]*)"\]/.exec(text)?.[1];
  return feature ?? "kept";
}

function tupleOf(texts: readonly string[]): string {
  return texts.length === 1 ? `(${texts[0]},)` : texts.length === 0 ? "()" : texts.join(", ");
}
