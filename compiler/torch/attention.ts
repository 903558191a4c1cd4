import type { Stream, Value } from "../elaborate/value.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { Body } from "./body.ts";
import { slot } from "./slots.ts";
import { type Scope, type ScopedGraph, allItems } from "./scopes.ts";

/** Attention that torch has a fast form of. */
interface Attention {
  readonly query: GraphValue;
  readonly key: GraphValue;
  readonly value: GraphValue;
  /** float32 `[B, keys]`, 1 for keys that are there. */
  readonly mask: GraphValue | undefined;
  /** Added to the scores, in the shape `[heads, queries, keys]` or one that broadcasts to it, without the batch. */
  readonly bias: GraphValue | undefined;
  readonly heads: number;
  readonly scale: number;
  readonly result: GraphValue;
}

/**
 * The attention that a scope is, if it is the block `attend` and nothing else: without dropout of shares, whose random numbers torch's form would draw
 * itself, of streams that all have a batch, and of a mask that is the stream's own.
 */
function attentionOf(graph: ScopedGraph, scope: Scope, inputs: readonly GraphValue[]): Attention | undefined {
  const { call } = scope;
  if (call?.block !== "attend" || !isPrelude(call.callable.declaration.span.file)) return undefined;
  const current = (tensor: GraphValue | undefined): GraphValue | undefined =>
    tensor && inputs.find((input) => input === tensor || graph.original(input) === tensor);
  const given = (name: string, batch: Stream["batch"]): GraphValue | undefined => {
    const stream = streamOf(call.arguments.get(name));
    return stream?.batch === batch ? current(stream.value) : undefined;
  };
  const [query, key, value] = [given("query", "batched"), given("key", "batched"), given("value", "batched")];
  const [heads, scale, result] = [call.arguments.get("heads"), call.arguments.get("scale"), streamOf(call.result)];
  if (!query || !key || !value || !result || heads?.kind !== "number") return undefined;
  const [mask, bias] = [current(streamOf(call.arguments.get("key"))?.mask), given("bias", "shared")];
  const read = [query, key, value, mask, bias].filter((each) => each !== undefined);
  // The block computes from these tensors and no others, each of them in one role.
  if (new Set(read).size < read.length || inputs.some((input) => !read.includes(input))) return undefined;
  if (allItems(scope).some(({ kind }) => kind === "dropout")) return undefined;
  const side = (query.shape.at(-1) ?? 1) / heads.value;
  return {
    query,
    key,
    value,
    mask,
    bias,
    heads: heads.value,
    scale: scale?.kind === "number" ? scale.value : 1 / Math.sqrt(side),
    result: result.value,
  };
}

function streamOf(value: Value | undefined): Stream | undefined {
  return value?.kind === "stream" ? value.stream : undefined;
}

/** The body of an attention by `F.scaled_dot_product_attention`; `undefined` where that would mean something else. */
export function attentionBody(graph: ScopedGraph, scope: Scope, inputs: readonly GraphValue[]): Body | undefined {
  const attention = attentionOf(graph, scope, inputs);
  if (!attention) return undefined;
  const { mask, bias, heads, scale, result } = attention;
  const tensors = { query: attention.query, key: attention.key, value: attention.value, mask, bias };
  const added = [...(mask ? ["(there - 1) * 1e9"] : []), ...(bias ? ["bias"] : [])].join(" + ");
  const options = [...(added === "" ? [] : [`attn_mask=${added}`]), `scale=${slot(1)}`].join(", ");
  return {
    scope,
    parameters: Object.entries(tensors).flatMap(([name, value]) => (value ? [{ kind: "tensor", name, value }] : [])),
    lines: [
      ...["query", "key", "value"].map((name) => `${name} = ${name}.unflatten(2, (${slot(0)}, -1)).transpose(1, 2)`),
      ...(mask ? ["there = mask.unsqueeze(1).unsqueeze(2)"] : []),
      `mixed = F.scaled_dot_product_attention(query, key, value, ${options})`,
      // A row without keys is 0, where torch's softmax would give equal shares.
      ...(mask ? ["mixed = mixed * there.amax(dim=-1, keepdim=True)"] : []),
    ],
    returned: ["mixed.transpose(1, 2).flatten(2)"],
    results: [result],
    numbers: [
      { value: heads, hint: "heads" },
      { value: scale, hint: "scale" },
    ],
  };
}
