import { GraphBuilder } from "../../graph/builder.ts";
import { expressions } from "../../graph/expressions.ts";
import { type Graph, type GraphInput, type Node, type Shape, type Value } from "../../graph/graph.ts";
import { isOp } from "../../graph/is-op.ts";
import { removeDeadCode } from "../../graph/remove-dead-code.ts";
import { optimise } from "../../passes/optimise.ts";
import { type KeptOfWhole, type TextInputs, keptFeature, logitsName, positionScalar } from "./kept-values.ts";
import { type LaterTokens, type TextAxis, laterTokens } from "./later-tokens.ts";
import { NotIncremental } from "./not-incremental.ts";
import {
  type TokenAxes,
  attributesWithOneIndex,
  destinationOf,
  innerAxis,
  keepsRows,
  mixedDestination,
  sourceAxis,
  takenToken,
} from "./token-axes.ts";
import { unrolledLoop } from "./unrolled-loop.ts";

/** A value of the graph of the next token, in place of one that depends on the text. */
interface TokenValue {
  readonly value: Value;
  readonly axes: TokenAxes;
}

/** A graph of one step of decoding, which reads values that were kept from earlier steps. */
export interface NextGraph {
  readonly graph: Graph;
  /** The values of the whole graph that are kept, in the order of their features. */
  readonly kept: readonly KeptOfWhole[];
}

/**
 * Derives the graph of the next token from a graph that reads the whole text. Each value of the text is followed with
 * the axes along which it has the tokens. A node that treats each token by itself is computed for the newest token
 * alone. Where it reads other tokens too, as attention reads keys and values, these are kept from the steps before.
 * This is right where no token depends on those behind it, which is shown for every node that mixes tokens.
 *
 * @throws NotIncremental with the reason, if some node cannot be computed for one token.
 */
export function nextTokenGraph(whole: Graph, text: TextInputs): NextGraph {
  return new Derivation(whole, text).derive();
}

class Derivation {
  readonly #whole: Graph;
  readonly #text: TextInputs;
  readonly #builder = new GraphBuilder();
  readonly #e = expressions(this.#builder);
  readonly #later: ReturnType<typeof laterTokens>;
  readonly #ofText = new Map<Value, TokenValue>();
  readonly #sources: ReadonlyMap<Value, GraphInput | Node>;
  readonly #fixed = new Map<Value, Value>();
  readonly #parts = new Map<string, Value>();
  readonly #earlier = new Map<Value, Value>();
  /** The index of the last token on which a value depends, for values of single tokens. */
  readonly #last = new Map<Value, number>();
  /** The nodes that take a single token out of a value of all tokens. */
  readonly #taken = new Set<Node>();
  readonly #kept: KeptOfWhole[] = [];

  constructor(whole: Graph, text: TextInputs) {
    this.#whole = whole;
    this.#text = text;
    this.#later = laterTokens(whole);
    this.#sources = new Map<Value, GraphInput | Node>([
      ...whole.inputs.map((input) => [input.value, input] as const),
      ...whole.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    ]);
  }

  derive(): NextGraph {
    const { ids, mask, length } = this.#text;
    if (length < 2) throw new NotIncremental(undefined, "the text has a single token");
    for (const { name, role, value } of this.#whole.inputs) {
      if (role.kind !== "feature" || (role.feature !== ids && role.feature !== mask)) continue;
      const type = { ...value, shape: value.shape.with(1, 1) };
      const token =
        role.feature === ids
          ? this.#builder.input(role, type)
          : this.#builder.emit("fill", [], { dtype: type.dtype, shape: type.shape, value: 1 });
      if (value.shape[1] !== length) throw new Error(`${name} has not ${length} tokens`);
      this.#ofText.set(value, { value: token, axes: { current: { axis: 1, offset: 0 }, whole: [] } });
    }
    for (const node of this.#whole.nodes) {
      if (node.inputs.some((input) => this.#last.has(input))) this.#addOfSingleTokens(node);
      else if (node.inputs.some((input) => this.#ofText.has(input))) this.#add(node);
    }
    const logits = this.#whole.outputs.find(({ name }) => name === logitsName);
    const found = logits && this.#ofText.get(logits.value);
    if (!logits || found?.axes.current?.axis !== 1 || found.axes.whole.length > 0)
      throw new NotIncremental(undefined, "the scores have no axis of the tokens");
    this.#builder.output(logits.role, found.value);
    const graph = optimise(removeDeadCode(this.#builder.build(`${this.#whole.name}/next`), { unusedInputs: "drop" }));
    return { graph, kept: this.#kept };
  }

  /** Adds a node of an unrolled loop over the tokens, which are joined again in the end. */
  #addOfSingleTokens(node: Node): void {
    if (node.inputs.some((input) => this.#ofText.has(input)))
      throw new NotIncremental(node, "reads single tokens of the text and all of them");
    const tokens = node.inputs.map((input) => this.#last.get(input));
    const isJoined = tokens.length === this.#text.length && tokens.every((token, index) => token === index);
    if (isOp(node, "concat") && isJoined && node.inputs[0]?.shape[node.attributes.axis] === 1) this.#addLoop(node);
    else for (const output of node.outputs) this.#last.set(output, Math.max(...tokens.map((token) => token ?? -1)));
  }

  /** Adds a loop over the tokens as the step of the newest one. What the step reads of the one before is kept. */
  #addLoop(joined: Node<"concat">): void {
    const { result, states } = unrolledLoop(this.#whole, joined, { last: this.#last, taken: this.#taken });
    this.#builder.origin = joined.origin;
    const values = new Map<Value, Value>();
    const kept = states.map(({ initial, before }) => {
      const { feature, input } = this.#keep({ value: initial, like: before, again: true });
      values.set(before, input);
      return feature;
    });
    const valueOf = this.#stepValues(values);
    for (const [index, { before, after }] of states.entries())
      this.#builder.output(
        { kind: "stream", stream: kept[index] ?? "" },
        this.#e.broadcastTo(valueOf(after), before.shape),
      );
    const value = this.#e.broadcastTo(valueOf(result), result.shape);
    const axes: TokenAxes = { current: { axis: joined.attributes.axis, offset: 0 }, whole: [] };
    for (const output of joined.outputs) this.#ofText.set(output, { value, axes });
  }

  /** Makes the values of a step of a loop, of which those of the step before it are known. */
  #stepValues(values: Map<Value, Value>): (value: Value) => Value {
    const valueOf = (value: Value): Value => {
      if (!this.#last.has(value)) return this.#fixedValue(value);
      const known = values.get(value);
      if (known) return known;
      const node = this.#sources.get(value);
      if (!node || "role" in node) throw new Error(`value ${value.id} is not defined`);
      const outputs = this.#taken.has(node)
        ? [this.#newestPart(node)]
        : this.#builder.emitAll(node.op, node.inputs.map(valueOf), node.attributes);
      for (const [index, output] of node.outputs.entries()) values.set(output, outputs[index] ?? output);
      return values.get(value) ?? value;
    };
    return valueOf;
  }

  /** The newest token, in place of another one that a node takes out of a value of all tokens. */
  #newestPart(node: Node): Value {
    const [of] = node.inputs;
    const token = of && this.#ofText.get(of);
    if (!of || !token?.axes.current) throw new Error("no token is taken");
    const { axis } = token.axes.current;
    const whole = this.#e.broadcastTo(token.value, of.shape.with(axis, 1));
    return this.#builder.emit(node.op, [whole], attributesWithOneIndex(node, axis));
  }

  /** Adds a node that reads values of the text. */
  #add(node: Node): void {
    const token = takenToken(node, (value) => this.#ofText.get(value)?.axes, this.#text.length);
    if (token !== undefined) {
      this.#taken.add(node);
      for (const output of node.outputs) this.#last.set(output, token);
      return;
    }
    if (!keepsRows(node, (value) => this.#ofText.has(value))) throw new NotIncremental(node, "moves the rows");
    this.#builder.origin = node.origin;
    const axes = this.#axesOfOutput(node);
    const { current } = axes;
    if (!current) throw new NotIncremental(node, "reads all tokens of the text at once");
    const product = this.#productWithAllTokens(node, axes);
    if (product) {
      for (const output of node.outputs) this.#ofText.set(output, { value: product, axes });
      return;
    }
    const inputs = node.inputs.map((value, input) => this.#inputOf(node, { value, input, axes }));
    const joined = node.op === "concat" && (node.attributes as { readonly axis: number }).axis === current.axis;
    const outputs = joined
      ? node.inputs.flatMap((value, input) => (this.#ofText.has(value) ? [inputs[input]] : []))
      : this.#builder.emitAll(node.op, inputs, attributesWithOneIndex(node, current.axis));
    for (const [index, output] of node.outputs.entries()) {
      const value = outputs[index];
      if (value) this.#ofText.set(output, { value, axes });
    }
  }

  /** The axes along which the outputs of a node have the tokens; shows that no token depends on those behind it. */
  #axesOfOutput(node: Node): TokenAxes {
    const { length } = this.#text;
    const inputs = node.inputs.flatMap((value, input) => {
      const axes = this.#ofText.get(value)?.axes;
      return axes ? [{ input, value, axes }] : [];
    });
    const whole = new Map<number, number>();
    const current = new Map<number, number>();
    for (const { input, axes } of inputs) {
      for (const axis of axes.whole) {
        const to = destinationOf(node, input, axis, length);
        if (to) setOffset(node, whole, to);
      }
      const to = axes.current && destinationOf(node, input, axes.current, length);
      if (to) setOffset(node, current, to);
    }
    // The queries of attention come before its keys.
    const [first] = [...current.keys()].filter((axis) => !whole.has(axis)).toSorted((one, other) => one - other);
    const chosen = first === undefined ? undefined : { axis: first, offset: current.get(first) ?? 0 };
    for (const [axis, offset] of current) if (axis !== first) setOffset(node, whole, { axis, offset });
    for (const { input, value, axes } of inputs)
      for (const each of [...axes.whole, ...(axes.current ? [axes.current] : [])]) {
        if (destinationOf(node, input, each, length)) continue;
        const token = chosen && sourceAxis(node, input, chosen.axis);
        const partner = this.#laterOfPartner(node, { input, offset: each.offset, chosen });
        const own =
          token === undefined || !chosen
            ? undefined
            : this.#later(value, { token: { axis: token, offset: chosen.offset }, other: each });
        if (!vanish(node, [own, partner])) throw new NotIncremental(node, "reads tokens that are behind another");
        const mixed = mixedDestination(node, input, each);
        if (mixed) setOffset(node, whole, mixed);
      }
    return { current: chosen, whole: [...whole].map(([axis, offset]) => ({ axis, offset })) };
  }

  /** For a sum over the tokens of a product: what the other factor is for later tokens. */
  #laterOfPartner(
    node: Node,
    {
      input,
      offset,
      chosen,
    }: { readonly input: number; readonly offset: number; readonly chosen: TokenAxes["current"] },
  ): LaterTokens {
    if (!isOp(node, "matmul") || !chosen) return undefined;
    const partner = 1 - input;
    const value = node.inputs[partner];
    const token = sourceAxis(node, partner, chosen.axis);
    if (!value || token === undefined) return undefined;
    const inner = innerAxis(node, partner);
    return this.#later(value, { token: { axis: token, offset: chosen.offset }, other: { axis: inner, offset } });
  }

  /** An input of a node in the graph of the next token. */
  #inputOf(
    node: Node,
    { value, input, axes: { current } }: { readonly value: Value; readonly input: number; readonly axes: TokenAxes },
  ): Value {
    const known = this.#ofText.get(value);
    if (known) return this.#needsAllTokens(node, input, current) ? this.#allTokens(node, value, known) : known.value;
    const fixed = this.#fixedValue(value);
    const axis = current && sourceAxis(node, input, current.axis);
    return axis === undefined || value.shape[axis] === 1 ? fixed : this.#atPosition(fixed, axis, current?.offset ?? 0);
  }

  /** A value that does not depend on the text. */
  #fixedValue(value: Value): Value {
    const known = this.#fixed.get(value);
    if (known) return known;
    const source = this.#sources.get(value);
    if (!source) throw new Error(`value ${value.id} is not defined`);
    const made =
      "role" in source
        ? this.#builder.input(source.role, value)
        : source.inputs.length === 0
          ? this.#builder.emit(source.op, [], source.attributes)
          : this.#keep({ value }).input;
    this.#fixed.set(value, made);
    return made;
  }

  #keep(kept: Omit<KeptOfWhole, "feature">): { readonly feature: string; readonly input: Value } {
    const feature = keptFeature(this.#kept.length);
    this.#kept.push({ feature, ...kept });
    return { feature, input: this.#builder.input({ kind: "feature", feature }, kept.like ?? kept.value) };
  }

  /** Tells if a node reads all tokens of an input, and not the newest one alone. */
  #needsAllTokens(node: Node, input: number, current: TokenAxes["current"]): boolean {
    const value = node.inputs[input];
    const own = value && this.#ofText.get(value)?.axes.current;
    return own !== undefined && destinationOf(node, input, own, this.#text.length)?.axis !== current?.axis;
  }

  /**
   * A product with the values of all tokens, as attention has one with keys and one with values. The product with those
   * of the earlier tokens and the product with those of the newest one are joined, because this is much less work than to
   * put the newest among the others.
   */
  #productWithAllTokens(node: Node, axes: TokenAxes): Value | undefined {
    if (!isOp(node, "matmul")) return undefined;
    const all = node.inputs.map((_, input) => this.#needsAllTokens(node, input, axes.current));
    const input = all.indexOf(true);
    const [of, other] = [node.inputs[input], node.inputs[1 - input]];
    const token = of && this.#ofText.get(of);
    if (!of || !token?.axes.current || !other || all[1 - input]) return undefined;
    const { axis, offset } = token.axes.current;
    const before = this.#earlierTokens(node, of, token);
    const factor = this.#inputOf(node, { value: other, input: 1 - input, axes });
    const product = (one: Value, others: Value): Value =>
      this.#builder.emit("matmul", input === 0 ? [others, one] : [one, others], node.attributes);
    if (axis === innerAxis(node, input)) {
      const inner = innerAxis(node, 1 - input);
      const isNewest = this.#isNewest(factor.shape, { axis: inner, offset });
      const ofNewest = this.#builder.emit("gather", [factor, this.#index(offset)], { axis: inner });
      return this.#e.add(product(this.#e.select(isNewest, 0, factor), before), product(ofNewest, token.value));
    }
    const to = destinationOf(node, input, token.axes.current, this.#text.length);
    if (!to || axis < of.shape.length - 2) return undefined;
    const others = product(factor, before);
    return this.#e.select(this.#isNewest(others.shape, to), product(factor, token.value), others);
  }

  /** The values of all tokens so far, of which the newest is put at its position. */
  #allTokens(node: Node, of: Value, token: TokenValue): Value {
    const before = this.#earlierTokens(node, of, token);
    const { axis = 0, offset = 0 } = token.axes.current ?? {};
    return this.#e.select(this.#isNewest(of.shape, { axis, offset }), token.value, before);
  }

  /** The values of the tokens before the newest one, which are kept. What they are at its position and behind it is not said. */
  #earlierTokens(node: Node, of: Value, { value, axes: { current, whole } }: TokenValue): Value {
    const known = this.#earlier.get(of);
    if (known) return known;
    if (!current || whole.length > 0) throw new NotIncremental(node, "reads pairs of tokens of the text");
    if (of.dtype !== "float32" && of.dtype !== "int32") throw new NotIncremental(node, "reads flags of all tokens");
    const { feature, input } = this.#keep({ value: of, newest: current });
    const newest = this.#e.broadcastTo(value, of.shape.with(current.axis, 1));
    this.#builder.output({ kind: "stream", stream: feature }, newest);
    this.#earlier.set(of, input);
    return input;
  }

  /** Flags of a shape that is 1 but along an axis of the tokens: true at the newest one. */
  #isNewest(shape: Shape, { axis, offset }: TextAxis): Value {
    const size = shape[axis] ?? 1;
    const indices = this.#builder.emit("constant", [], {
      dtype: "int32",
      shape: [size],
      data: Int32Array.from({ length: size }, (_, index) => index),
    });
    return this.#e.reshape(
      this.#e.equal(indices, this.#index(offset)),
      shape.map((_, each) => (each === axis ? size : 1)),
    );
  }

  /** The elements at the newest token of a value that has all. */
  #atPosition(value: Value, axis: number, offset: number): Value {
    const key = `${value.id} ${axis} ${offset}`;
    const known = this.#parts.get(key) ?? this.#builder.emit("gather", [value, this.#index(offset)], { axis });
    this.#parts.set(key, known);
    return known;
  }

  /** The index `[1]` of the newest token along an axis. */
  #index(offset: number): Value {
    const position = this.#builder.input({ kind: "scalar", name: positionScalar }, { dtype: "float32", shape: [] });
    const index = this.#e.reshape(this.#e.cast(position, "int32"), [1]);
    return offset === 0 ? index : this.#e.add(index, offset);
  }
}

function setOffset(
  node: Node,
  offsets: Map<number, number>,
  { axis, offset }: { readonly axis: number; readonly offset: number },
): void {
  if ((offsets.get(axis) ?? offset) !== offset) throw new NotIncremental(node, "joins tokens at different positions");
  offsets.set(axis, offset);
}

/** Tells if what a node mixes of later tokens adds nothing to its result. */
function vanish({ op }: Node, later: readonly LaterTokens[]): boolean {
  if (op === "softmax" || op === "reduce_max" || op === "argmax") return later[0] === "low";
  return (op === "matmul" || op === "reduce_sum") && later.includes("zero");
}
