import type { OpName } from "../graph/attributes.ts";
import type { GraphInput, Node, Value } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { at } from "../lower/at.ts";
import type { Body, Parameter, WrittenLines } from "./body.ts";
import { type Expression, asTensor, atom } from "../lower/torch/expression.ts";
import { resultName, valueName } from "./local-names.ts";
import type { LoweringContext, TorchLowering } from "../lower/torch/lowering.ts";
import { lowerings } from "../lower/torch/lowerings.ts";
import { argumentName, layerParameter, siteModule, valueNameOf } from "./parameter-names.ts";
import { Names, isAttribute, pythonName } from "./python-names.ts";
import { type DropoutStep, type HostStep, type Item, type Scope, type Step, allItems } from "./scopes.ts";
import type { Surroundings } from "./surroundings.ts";
import { countedSize } from "./counted-size.ts";
import { type Size, isFixed } from "../graph/size.ts";
import { type NumberInText, numbersOfCall, slot } from "./slots.ts";

/** An expression that is used once is written where it is used, as long as that stays readable. */
const longestInline = 64;
const longestLine = 80;

/** Writes the body of a block, or of a task, as lines of Python. */
export class BodyWriter {
  readonly #scope: Scope;
  readonly #around: Surroundings;
  readonly #names: Names;
  readonly #taken: ReadonlySet<string>;
  readonly #texts = new Map<Value, Expression>();
  readonly #parameters = new Map<Value | string, Parameter>();
  readonly #numbers: NumberInText[] = [];
  readonly #producers = new Map<Value, Item>();
  readonly #uses = new Map<Value, number>();
  readonly #inputs: ReadonlyMap<Value, GraphInput>;
  readonly #states = new Map<Item, "begun" | "done">();
  /** The tensor that a local variable is. */
  readonly #holders = new Map<string, Value>();
  #returned: ReadonlySet<Value> = new Set();
  #lines: string[] = [];
  #isThere: (value: Value) => boolean = () => true;

  constructor(scope: Scope, around: Surroundings) {
    this.#scope = scope;
    this.#around = around;
    this.#taken = around.taken;
    this.#names = new Names(around.taken);
    this.#inputs = new Map(around.graph.graph.inputs.map((input) => [input.value, input]));
    for (const item of scope.items)
      for (const { outputs } of item.kind === "scope" ? allItems(item) : [item])
        for (const value of outputs) this.#producers.set(value, item);
    for (const item of scope.items) for (const value of this.#needs(item)) this.#use(value);
    this.#declareInputs();
  }

  /** The body of a block whose results are these tensors. */
  ofBlock(results: readonly Value[]): Body {
    for (const value of results) this.#use(value);
    if (results.length === 1) this.#returned = new Set(results);
    for (const value of results) this.#make(value);
    const returned = results.map((value) => asTensor(this.#textOf(value)).text);
    return {
      scope: this.#scope,
      parameters: this.#sortedParameters(),
      lines: this.#lines,
      returned,
      results,
      numbers: this.#numbers,
    };
  }

  /** The lines that compute these tensors, of which earlier lines are left out, and the tensors' expressions. */
  linesOf(values: readonly Value[], isThere: (value: Value) => boolean = () => true): WrittenLines {
    this.#isThere = isThere;
    const before = this.#lines;
    this.#lines = [];
    for (const value of values) this.#use(value);
    for (const value of values) this.#make(value);
    const lines = this.#lines;
    this.#lines = before;
    return { lines, texts: values.map((value) => asTensor(this.#textOf(value)).text) };
  }

  /** Makes a tensor from outside of the scope a parameter. Returns its name. */
  parameter(value: Value, wanted: string): string {
    const name = this.#names.fresh(wanted);
    this.#texts.set(value, atom(name));
    return name;
  }

  get numbers(): readonly NumberInText[] {
    return this.#numbers;
  }

  #use(value: Value): void {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
  }

  /** The tensors that come from outside of the scope are its parameters. */
  #declareInputs(): void {
    if (!this.#scope.call) return;
    for (const item of allItems(this.#scope))
      for (const value of item.inputs) if (this.#isOutside(value)) this.#parameterOf(value);
  }

  #isOutside(value: Value): boolean {
    if (this.#producers.has(value)) return false;
    const input = this.#inputs.get(value);
    if (input) return !["weight", "state", "random"].includes(input.role.kind);
    return this.#around.graph.scalars.get(value) === undefined;
  }

  /** The tensors of the scope, or from outside, that an item computes from. */
  #needs(item: Item): readonly Value[] {
    if (item.kind !== "scope") return item.inputs;
    return this.#around
      .calleeOf(item)
      .body.parameters.flatMap((parameter) =>
        parameter.kind === "tensor" ? [this.#around.current(parameter.value)] : [],
      );
  }

  #make(value: Value): void {
    const item = this.#producers.get(value);
    if (!item || this.#states.get(item) === "done") return;
    if (this.#states.get(item) === "begun") throw new Error("a block depends on what is made of its result");
    this.#states.set(item, "begun");
    for (const needed of this.#needs(item)) this.#make(needed);
    if (item.kind === "scope") this.#call(item);
    else if (item.kind === "dropout") this.#dropout(item);
    else if (item.kind === "host") this.#host(item);
    else this.#step(item);
    this.#states.set(item, "done");
  }

  #dropout(item: DropoutStep): void {
    const [x] = item.inputs;
    const result = at(item.outputs, 0);
    const text = `${this.#module(item.path)}(${this.#textOf(x).text})`;
    const name = this.#nameOf(x);
    this.#read(item.inputs);
    this.#bind(result, atom(text), name);
  }

  #host({ function: name, inputs, outputs: [result] }: HostStep): void {
    const text = `${this.#around.helper(name)}(${this.#textOf(inputs[0]).text})`;
    this.#read(inputs);
    this.#bind(result, atom(text), "chosen");
  }

  #step({ node, inputs, outputs }: Step): void {
    // The operands of a list have a line each.
    if (node.op !== "concat") this.#shorten(inputs);
    const used = outputs.flatMap((value, index) =>
      (this.#uses.get(value) ?? 0) === 0 ? [] : [{ value, expression: this.#lowered(node, inputs, index) }],
    );
    this.#read(inputs);
    for (const { value, expression } of used) {
      const isShort = expression.text.length <= longestInline && this.#uses.get(value) === 1;
      if (expression.number || isShort) this.#texts.set(value, expression);
      else this.#bind(value, expression, valueName(this.#scope, node));
    }
  }

  /** Gives names to the longest of some expressions until a line can hold all of them. */
  #shorten(values: readonly Value[]): void {
    const lengthOf = (value: Value): number => this.#texts.get(value)?.text.length ?? 0;
    const inline = values
      .filter((value) => /\W/.test(this.#texts.get(value)?.text ?? "") && !this.#texts.get(value)?.number)
      .toSorted((a, b) => lengthOf(b) - lengthOf(a));
    while (inline.length > 0 && values.reduce((sum, value) => sum + lengthOf(value), 0) > longestLine) {
      const longest = inline.shift();
      const item = longest && this.#producers.get(longest);
      if (longest && item?.kind === "step")
        this.#bind(longest, this.#textOf(longest), valueName(this.#scope, item.node));
    }
  }

  #nameOf(value: Value): string {
    const text = this.#textOf(value).text;
    return /^[A-Za-z_]\w*$/.test(text) ? text : "x";
  }

  #bind(value: Value, expression: Expression, wanted: string): void {
    if (this.#returned.has(value) && this.#uses.get(value) === 1) {
      this.#texts.set(value, expression);
      return;
    }
    const { text } = expression;
    const name = this.#variable(wanted, value);
    this.#lines.push(`${name} = ${text}`);
    this.#texts.set(value, atom(name));
  }

  /** A name for a tensor: that of an earlier one, if it is wanted and nothing reads the earlier one any more. */
  #variable(wanted: string, value: Value): string {
    // A variable with the name of a function, or with that of its second form, would hide it.
    const known = this.#taken.has(pythonName(wanted)) ? "made" : pythonName(wanted);
    const holder = this.#holders.get(known);
    const name = holder && !this.#isRead(holder, known) ? known : this.#names.fresh(known);
    this.#holders.set(name, value);
    return name;
  }

  /** True if what is not written yet reads a local variable. */
  #isRead(holder: Value, name: string): boolean {
    if ((this.#uses.get(holder) ?? 0) > 0) return true;
    const mention = new RegExp(`\\b${name}\\b`);
    return [...this.#texts].some(
      ([value, { text }]) => value !== holder && (this.#uses.get(value) ?? 0) > 0 && mention.test(text),
    );
  }

  /** Notes that a text that is written reads these tensors. */
  #read(values: readonly Value[]): void {
    for (const value of values) this.#uses.set(value, (this.#uses.get(value) ?? 0) - 1);
  }

  #call(scope: Scope): void {
    const callee = this.#around.calleeOf(scope);
    const { body } = callee;
    const given = body.parameters.map((parameter) => this.#argument(parameter));
    this.#read(this.#needs(scope));
    let text: string;
    if (callee.kind === "function") {
      const first = this.#numbers.length;
      this.#numbers.push(...body.numbers);
      text = `${callee.name}(${given.join(", ")}${numbersOfCall(callee.index, first)})`;
    } else {
      const module = this.#module(callee.path);
      text = `${callee.method === "forward" ? module : `${module}.${callee.method}`}(${given.join(", ")})`;
    }
    const [only, ...others] = body.results;
    if (only && others.length === 0) {
      const isShort = text.length <= longestInline && this.#uses.get(only) === 1 && callee.kind === "function";
      if (isShort) this.#texts.set(only, atom(text));
      else this.#bind(only, atom(text), resultName(this.#around.graph, this.#scope, scope, only));
      return;
    }
    const names = body.results.map((value) =>
      this.#variable(resultName(this.#around.graph, this.#scope, scope, value), value),
    );
    const together = names.join(", ");
    if (together.length > longestInline) {
      // So many names have a statement of their own.
      const results = this.#names.fresh("results");
      this.#lines.push(`${results} = ${text}`, `${together} = ${results}`);
    } else this.#lines.push(`${together} = ${text}`);
    for (const [index, value] of body.results.entries()) this.#texts.set(value, atom(at(names, index)));
  }

  #argument(parameter: Parameter): string {
    switch (parameter.kind) {
      case "tensor":
        return asTensor(this.#textOf(this.#around.current(parameter.value))).text;
      case "module":
        return this.#module(parameter.path);
      case "weight":
        return this.#weight(parameter.weight, "weight");
      case "batch":
        return this.#batch();
    }
  }

  /** The expression of a module: a part of this one, or a parameter. */
  #module(path: string): string {
    const own = this.#relative(path);
    if (own === undefined) return this.#elsewhere("module", path);
    return isAttribute(own) ? `self.${own}` : `part(self, "${own}")`;
  }

  #weight(name: string, kind: "weight" | "state"): string {
    const own = this.#relative(name);
    if (own === undefined) return this.#elsewhere("weight", name);
    if (isAttribute(own)) return `self.${own}`;
    return `${kind}(self, "${own}")`;
  }

  #relative(name: string): string | undefined {
    const { path } = this.#scope;
    if (path === "") return name;
    return name.startsWith(`${path}.`) ? name.slice(path.length + 1) : undefined;
  }

  #elsewhere(kind: "module" | "weight", path: string): string {
    const key = `${kind} ${path}`;
    const known = this.#parameters.get(key);
    if (known) return known.name;
    const segments = path.split(".");
    const wanted = segments.slice(kind === "weight" ? -2 : -1).join("_");
    const name = this.#names.fresh(layerParameter(this.#scope, path) ?? wanted);
    this.#parameters.set(key, kind === "module" ? { kind, name, path } : { kind, name, weight: path });
    return name;
  }

  #parameterOf(value: Value): string {
    const known = this.#parameters.get(value);
    if (known) return known.name;
    const name = this.#names.fresh(
      argumentName(this.#around.graph, this.#scope, value) ?? valueNameOf(this.#around.graph, this.#inputs, value),
    );
    this.#parameters.set(value, { kind: "tensor", name, value });
    this.#texts.set(value, atom(name));
    return name;
  }

  #textOf(value: Value): Expression {
    const known = this.#texts.get(value);
    if (known) return known;
    const input = this.#inputs.get(value);
    if (input) return this.#input(input);
    const number = this.#around.graph.scalars.get(value);
    if (number !== undefined) return { ...atom(this.#number(number, "value")), number: true };
    return atom(this.#parameterOf(value));
  }

  #input(input: GraphInput): Expression {
    const { role, value } = input;
    if (role.kind === "weight") return atom(this.#weight(role.weight, "weight"));
    if (role.kind === "state") return atom(this.#weight(role.state, "state"));
    if (role.kind === "random") {
      const sizes = this.#sizesOf(value).map((size) => this.#size(size, "size"));
      this.#bind(
        value,
        atom(`${this.#module(siteModule(role.site))}(${[this.#batch(), ...sizes].join(", ")})`),
        "drawn",
      );
      return this.#textOf(value);
    }
    return this.#scope.call ? atom(this.#parameterOf(value)) : this.#around.inputOfTask(input);
  }

  #lowered<Op extends OpName>(node: Node<Op>, inputs: readonly Value[], output: number): Expression {
    const { graph, helper, constant } = this.#around;
    const other = graph.others.get(node) ?? node;
    const context: LoweringContext<Op> = {
      node,
      output,
      other: other as Node<Op>,
      inputs: inputs.map((value) => this.#textOf(value)),
      inputSizes: inputs.map((value) => this.#sizesOf(value)),
      outputSizes: node.outputs.map((value) => this.#sizesOf(value)),
      number: (value, hint) => this.#number(value, hint),
      size: (size, hint) => this.#size(size, hint),
      constant: () => {
        if (isOp(node, "constant") || isOp(node, "fill")) return constant(this.#scope, node);
        throw new Error("only a source is a constant");
      },
      device: () => this.#batch(),
      helper,
    };
    const lower: TorchLowering<Op> = lowerings[node.op];
    return lower(context);
  }

  #number(value: number, hint: string): string {
    this.#numbers.push({ value, hint });
    return slot(this.#numbers.length - 1);
  }

  #sizesOf(value: Value): readonly Size[] {
    return this.#around.graph.sizes.get(value) ?? value.shape.map((fixed) => ({ perExample: 0, fixed }));
  }

  /** A dimension; one of the batch is counted on a tensor that has it. */
  #size(size: Size, hint: string): string {
    if (isFixed(size)) return this.#number(size.fixed, hint);
    const { value, text } = this.#batchTensor();
    return countedSize(size, at(this.#sizesOf(value), 0), `${text}.shape[0]`);
  }

  #batch(): string {
    return this.#batchTensor().text;
  }

  #batchTensor(): { readonly value: Value; readonly text: string } {
    const isBatched = (value: Value): boolean => (this.#sizesOf(value)[0]?.perExample ?? 0) > 0;
    for (const [value, { text }] of this.#texts)
      if (isBatched(value) && this.#isThere(value) && /^[A-Za-z_]\w*$/.test(text)) return { value, text };
    if (!this.#scope.call) {
      const input = this.#around.graph.graph.inputs.find(
        ({ role, value }) => role.kind === "feature" && isBatched(value) && this.#isThere(value),
      );
      if (input) return { value: input.value, text: this.#around.inputOfTask(input).text };
    }
    const [input] = this.#around.graph.graph.inputs.filter(({ role }) => role.kind === "feature");
    if (!input) throw new Error("no input has a batch");
    return { value: input.value, text: this.#parameterOf(input.value) };
  }

  /** The parameters of the block come first, in its order; the others are read from outside of it. */
  #sortedParameters(): readonly Parameter[] {
    const names = this.#scope.call?.callable.parameters.map(({ name }) => name) ?? [];
    const order = ({ name }: Parameter): number => {
      const index = names.findIndex((each) => name === each || name.startsWith(`${each}_`));
      // A stream comes before its mask.
      return index === -1 ? names.length : index + (names[index] === name ? 0 : 0.5);
    };
    return [...this.#parameters.values()].toSorted((a, b) => order(a) - order(b));
  }
}
