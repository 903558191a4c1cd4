import type { BlockDeclaration, Parameter } from "../../../../grammar/ast.ts";
import {
  type ParameterType,
  type StreamKind,
  acceptsKind,
  parameterType,
} from "../../../../compiler/resolve/parameter-type.ts";
import { isPrelude } from "../../../../compiler/prelude/prelude.ts";
import { keyOf } from "../../../../grammar/written-names.ts";
import { isStreamParameter } from "../callee.ts";
import { callOfBlock } from "../call-snippet.ts";
import { type Draft, snippetOf } from "../completion-item.ts";
import { docOfBlock, docOfDeclaration } from "../documentation.ts";
import { expressionBefore, kindOf } from "../kinds.ts";
import { type CompletionRequest, type Source, symbolsSeen } from "../request.ts";
import { type Wants, wantsOf } from "../wants.ts";

/** Blocks and layers that can be called or given, those first that fit the stream before the arrow. */
export const callables: Source = (request) => {
  const { value } = request.slot;
  if (!value) return [];
  const wants = wantsOf(value);
  const isNumber = wants.number && value.kind !== "option";
  if (!wants.stream && !wants.layer && !wants.loss && !isNumber) return [];
  const kind = kindBefore(request);
  const own = symbolsSeen(request);
  const hidden = new Set(own.map(({ name }) => name.name));
  const blocks = [...own, ...[...request.names.prelude.symbols.values()].filter(({ name }) => !hidden.has(name.name))];
  return [
    ...blocks.flatMap((symbol): readonly Draft[] => {
      if (symbol.kind === "Block" && symbol !== request.declaration)
        return blockItem(symbol, wants, kind, request.analysis.path);
      if (symbol.kind !== "Layer" || !(wants.layer || wants.stream)) return [];
      return [
        {
          label: symbol.name.name,
          kind: "layer",
          detail: "layer",
          documentation: () => docOfDeclaration(symbol),
          rank: 1,
        },
      ];
    }),
    ...(wants.stream || wants.layer ? forms.filter(({ label }) => label !== "if" || canBeConditional(request)) : []),
  ];
};

const forms: readonly Draft[] = [
  {
    label: "repeat",
    kind: "operator",
    rank: 5,
    documentation: () => "Applies its body a number of times, each round with weights of its own.",
    snippet: snippetOf("repeat(${2}) { it -> ${norm} }"),
  },
  {
    label: "if",
    kind: "operator",
    rank: 6,
    documentation: () => "Chooses between two values when the specification is compiled.",
    text: "if ",
    snippet: snippetOf("if ${condition} then ${first} else ${second}"),
  },
];

/** A conditional is a whole expression, and no operand of an operator. */
function canBeConditional({ surroundings: { previous } }: CompletionRequest): boolean {
  return previous === undefined || !/^(?:[-+*/<>!]|==|and$|or$|not$|optional$)/u.test(previous.text);
}

/** The kind of the stream before the arrow, or that of a task's `from` for its head; `undefined` if it is not known. */
function kindBefore(request: CompletionRequest): StreamKind | undefined {
  const { slot, declaration, analysis } = request;
  const end = slot.step?.at(-1)?.end;
  if (end !== undefined) {
    const before = expressionBefore(analysis.tree, end);
    return before && kindOf(request, before);
  }
  const isHead = slot.value?.kind === "option" && slot.value.of === "task.head";
  if (!isHead || declaration?.kind !== "Task") return undefined;
  const from = declaration.options.find((option) => keyOf(option) === "from");
  return from && kindOf(request, from.value);
}

function blockItem(
  block: BlockDeclaration,
  wants: Wants,
  kind: StreamKind | undefined,
  path: string,
): readonly Draft[] {
  const first = block.parameters.find(isStreamParameter);
  if (!canBe(block, wants, first)) return [];
  const use = wants.stream || wants.loss ? "value" : "layer";
  return [
    {
      label: block.name.name,
      kind: "block",
      detail: describeSignature(block),
      documentation: () => docOfBlock(block),
      rank: wants.loss && isLossBlock(block) ? 1 : rankOf(block, first && parameterType(first.type), kind, path),
      snippet: callOfBlock(block, use),
    },
  ];
}

/** True if a block can be what is wanted, by its result and by the stream that it takes. */
function canBe(block: BlockDeclaration, wants: Wants, first: Parameter | undefined): boolean {
  const result = block.result && parameterType(block.result)?.kind;
  if (wants.loss) return isLossBlock(block) || result === "stream";
  if (result === "int" || result === "number" || result === "string") return wants.number && result !== "string";
  // A layer waits for a stream, so that a block that takes none is no layer.
  return wants.stream || (wants.layer && first !== undefined);
}

function isLossBlock({ parameters }: BlockDeclaration): boolean {
  return ["output", "target"].every((needed) => parameters.some(({ name }) => name.name === needed));
}

/** Blocks of the file come first, then those that are made for the kind of stream, then those that take any stream. */
function rankOf(
  block: BlockDeclaration,
  type: ParameterType | undefined,
  kind: StreamKind | undefined,
  path: string,
): number {
  const fit = fitOf(type, kind);
  if (fit === "none") return 30;
  if (!isPrelude(block.span.file)) return block.span.file === path ? 1 : 2;
  const group = block.span.file.replace(/^.*\/|\.mtl$/gu, "");
  const index = everyday.indexOf(group);
  const order = index >= 0 ? index / everyday.length : group === "primitives" ? 2 : 1;
  return (fit === "own kind" ? 3 : 6) + order;
}

/** The files of the standard library whose blocks most specifications are made of, the most used first. */
const everyday: readonly string[] = ["layers", "transformer", "pooling", "heads", "vision", "tables", "fusion"];

function fitOf(type: ParameterType | undefined, kind: StreamKind | undefined): "own kind" | "any kind" | "none" {
  if (kind === undefined || !type) return "any kind";
  if (type.kind === "optional") return fitOf(type.inner, kind);
  if (type.kind !== "stream") return "none";
  if (type.of === "stream" || type.of === "tensor") return "any kind";
  return acceptsKind(type.of, kind) ? "own kind" : "none";
}

/** `(x: tokens, layers, heads): tokens`: the parameters that must be given. */
function describeSignature({ parameters, result }: BlockDeclaration): string {
  const shown = parameters
    .filter((parameter) => !parameter.default && parameter.type.kind !== "OptionalType")
    .map(({ name }) => name.name);
  const more = shown.length < parameters.length ? ["…"] : [];
  const of = result?.kind === "NamedType" ? `: ${result.name.name}` : "";
  return `(${[...shown, ...more].join(", ")})${of}`;
}
