import type { SpecificationFile } from "../../../grammar/ast.ts";
import type { Part } from "../../../grammar/surroundings.ts";
import { repeatOptions } from "../../../compiler/resolve/repeat-options.ts";
import { currentName } from "../../../compiler/schema/current-names.ts";
import { type Names, nextParameters } from "./callee.ts";
import type { Expected } from "./expected.ts";
import { type Inside, type Items, type Keyed, nameOfItem } from "./inside.ts";

/** The names and the tree of a text, in addition to its tokens. */
export interface SlotContext {
  readonly names: Names;
  readonly tree: SpecificationFile;
}

/** The operand that is expected at the end of the last item of a bracket. */
export function expectedIn(inside: Inside, items: Items, context: SlotContext): Expected | undefined {
  const item = items.at(-1) ?? [];
  const base = valueOfItem(inside, items, context);
  switch (item.at(-1)?.type) {
    case "Arrow":
      return base?.kind === "option" && base.type.kind === "pattern" ? base : { kind: "layer" };
    case "EqualsEquals":
    case "NotEquals":
      return { kind: "compared", with: item.at(-2)?.text ?? "" };
    case "If":
    case "And":
    case "Or":
    case "Not":
      return { kind: "condition" };
    case "In":
    case "DotDot":
      return base?.kind === "type" ? undefined : base;
    default:
      return base;
  }
}

/** The value that an item of a bracket takes, without regard to operators in it. */
function valueOfItem(inside: Inside, items: Items, context: SlotContext): Expected | undefined {
  const item = items.at(-1) ?? [];
  switch (inside.kind) {
    case "declarations":
      return valueOfDeclaration(item, context);
    case "statements":
      return valueOfStatement(item);
    case "parameters":
      return valueOfParameter(item, context);
    case "bindings":
      return { kind: "any" };
    case "elements":
      return inside.expected;
    case "call":
    case "entries":
      return inside.keyed ? valueOfKeyed(inside, inside.keyed, items, context) : { kind: "any" };
    default:
      return undefined;
  }
}

const pattern = (of: string): Expected => ({ kind: "option", type: { kind: "pattern" }, of });

function valueOfDeclaration(item: readonly Part[], { tree }: SlotContext): Expected | undefined {
  const [head, , third] = item;
  switch (head?.type) {
    case "ImportHead":
      return { kind: "specification" };
    case "ParamHead":
      return third && valueOfParam(item, head.start, tree);
    case "ModalityHead":
      return third && { kind: "option", type: { kind: "call", family: "modality" }, of: "modality" };
    case "BlockHead":
      return { kind: "type", of: "result" };
    case "LayerHead":
      return third && { kind: "layer" };
    case "StreamHead":
    case "FusionHead":
      return third && { kind: "stream" };
    case "RenamedHead":
      return pattern("renamed");
    case "AdaptHead":
      return item.length < 3 ? pattern("adapt") : { kind: "layer" };
    default:
      return undefined;
  }
}

function valueOfParam(item: readonly Part[], start: number, tree: SpecificationFile): Expected {
  if (!item.some(({ type }) => type === "Equals")) return { kind: "type", of: "param" };
  const param = tree.declarations.find(({ span }) => span.start === start);
  return param?.kind === "Param" && param.type ? { kind: "typed", types: [param.type] } : { kind: "any" };
}

function valueOfStatement([first, ...rest]: readonly Part[]): Expected | undefined {
  const hasValue = rest.some(({ type }) => type === "Equals");
  switch (first?.type) {
    case "LayerHead":
      return hasValue ? { kind: "layer" } : undefined;
    case "WeightHead":
    case "StateHead":
      return hasValue ? { kind: "option", type: { kind: "call", family: "initializer" }, of: "weight" } : undefined;
    case "Let":
    case "UpdateHead":
      return hasValue ? { kind: "any" } : undefined;
    default:
      return { kind: "any" };
  }
}

function valueOfParameter(item: readonly Part[], { tree }: SlotContext): Expected | undefined {
  if (!item.some(({ type }) => type === "Equals")) return { kind: "type", of: "parameter" };
  const [name] = item;
  const parameter = tree.declarations
    .flatMap((declaration) => (declaration.kind === "Block" ? declaration.parameters : []))
    .find(({ span }) => span.start === name?.start);
  return parameter && { kind: "typed", types: [parameter.type] };
}

function valueOfKeyed(
  inside: Extract<Inside, { readonly kind: "call" | "entries" }>,
  { of }: Keyed,
  items: Items,
  { names }: SlotContext,
): Expected | undefined {
  const name = nameOfItem(items.at(-1) ?? []);
  if (name === undefined) return inside.kind === "call" ? positionalValue(inside, of, items, names) : undefined;
  switch (of.kind) {
    case "options":
      return optionValue(of, currentName(of.options, name));
    case "parameters": {
      const parameter = of.parameters.find((each) => each.name.name === name);
      return parameter && { kind: "typed", types: [parameter.type] };
    }
    case "map":
      if (of.keys === "param") return valueOfParamNamed(name, names);
      return { kind: "option", type: of.value, of: `${of.of}.${name}` };
    case "repeat": {
      const choices: { readonly [option: string]: readonly string[] } = repeatOptions;
      const options = Object.hasOwn(choices, name) ? choices[name] : undefined;
      return options && { kind: "option", type: { kind: "one_of", options }, of: `repeat.${name}` };
    }
  }
}

function valueOfParamNamed(name: string, { scope }: Names): Expected {
  const param = scope.file.symbols.get(name);
  return param?.kind === "Param" && param.type
    ? { kind: "typed", types: [param.type], words: "quoted" }
    : { kind: "any" };
}

function positionalValue(
  { callee }: Extract<Inside, { readonly kind: "call" }>,
  of: Keyed["of"],
  items: Items,
  names: Names,
): Expected | undefined {
  if (callee?.kind === "repeat") return { kind: "any" };
  if (callee?.kind === "block")
    return { kind: "typed", types: nextParameters(callee, items, names).map(({ type }) => type) };
  return of.kind === "options" ? optionValue(of, positionalOption(of.options, items)) : undefined;
}

function optionValue(
  { options, of }: Extract<Keyed["of"], { readonly kind: "options" }>,
  name: string | undefined,
): Expected | undefined {
  const definition = name !== undefined && Object.hasOwn(options, name) ? options[name] : undefined;
  return definition && { kind: "option", type: definition.type, of: `${of}.${name}`, definition };
}

/** The option that the next positional argument is for. One that is a list takes all the remaining ones. */
function positionalOption(
  options: { readonly [option: string]: { readonly type: { readonly kind: string } } },
  items: Items,
): string | undefined {
  const inOrder = Object.keys(options);
  const list = inOrder.findIndex((option) => options[option]?.type.kind === "list");
  const filled = items.slice(0, -1).filter((item) => nameOfItem(item) === undefined).length;
  return inOrder[list >= 0 ? Math.min(filled, list) : filled];
}
