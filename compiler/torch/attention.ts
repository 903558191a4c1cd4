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
function attentionOf(graph: ScopedGraph, { call, items }: Scope, inputs: readonly GraphValue[]): Attention | undefined {
  if (call?.block !== "attend" || !isPrelude(call.callable.declaration.span.file)) return undefined;
  const stream = (value: Value | undefined): Stream | undefined =>
    value?.kind === "stream" ? value.stream : undefined;
  const given = (name: string): Stream | undefined => stream(call.arguments.get(name));
  const [query, key, value] = [given("query"), given("key"), given("value")];
  const [bias, heads, scale] = [given("bias"), call.arguments.get("heads"), call.arguments.get("scale")];
  const result = stream(call.result);
  if (!query || !key || !value || !result || heads?.kind !== "number") return undefined;
  const current = (tensor: GraphValue): GraphValue | undefined =>
    inputs.find((input) => input === tensor || graph.original(input) === tensor);
  const batched = [query, key, value].map((each) => (each.batch === "batched" ? current(each.value) : undefined));
  const [q, k, v] = batched;
  if (!q || !k || !v || (bias && (bias.batch === "batched" || !current(bias.value)))) return undefined;
  const mask = key.mask && current(key.mask);
  const biasValue = bias && current(bias.value);
  const known = new Set([q, k, v, mask, biasValue]);
  const inner = allItems({ kind: "scope", call, path: "", parent: undefined, items });
  if (known.size < [q, k, v, mask, biasValue].filter((each) => each !== undefined).length) return undefined;
  if (inputs.some((input) => !known.has(input)) || inner.some(({ kind }) => kind === "dropout")) return undefined;
  const side = (query.value.shape.at(-1) ?? 1) / heads.value;
  return {
    query: q,
    key: k,
    value: v,
    mask,
    bias: biasValue,
    heads: heads.value,
    scale: scale?.kind === "number" ? scale.value : 1 / Math.sqrt(side),
    result: result.value,
  };
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
