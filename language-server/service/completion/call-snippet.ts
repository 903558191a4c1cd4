import type { BlockDeclaration, Parameter } from "../../../grammar/ast.ts";
import { exampleOfParameter, parameterType } from "../../../compiler/resolve/parameter-type.ts";
import { type DeclaredNames, exampleOf } from "../../../compiler/schema/example-of.ts";
import type { OptionDefinition, OptionTable } from "../../../compiler/schema/types.ts";
import { isStreamParameter } from "./callee.ts";
import type { Hole, Snippet } from "./completion-item.ts";

/** A call of a family's member with the options that it must have; its name alone if there are none. */
export function callOfMember(name: string, options: OptionTable, declared: DeclaredNames): Snippet {
  const required = Object.entries(options).filter(([, option]) => option.required);
  return callWith(
    name,
    required.map(([option, definition]) => [option, holeOfOption(option, definition, declared)]),
  );
}

/** A call of a block with the values that it must have. Streams are among them unless it is a layer, which takes them later. */
export function callOfBlock(block: BlockDeclaration, use: "layer" | "value"): Snippet {
  const open = block.parameters.filter(
    (parameter) => !parameter.default && parameter.type.kind !== "OptionalType" && fills(parameter, use),
  );
  const [first] = open;
  const onlyOne = open.length === 1 || (use === "value" && open.every(isStreamParameter));
  if (first && onlyOne)
    return withSeparators(
      `${block.name.name}(`,
      open.map((parameter) => [holeOfParameter(parameter)]),
    );
  return callWith(
    block.name.name,
    open.map((parameter) => [
      isStreamParameter(parameter) ? undefined : parameter.name.name,
      holeOfParameter(parameter),
    ]),
  );
}

function fills(parameter: Parameter, use: "layer" | "value"): boolean {
  return use === "value" || !isStreamParameter(parameter);
}

function callWith(name: string, given: readonly (readonly [name: string | undefined, hole: Hole])[]): Snippet {
  if (given.length === 0) return [name];
  return withSeparators(
    `${name}(`,
    given.map(([option, hole]) => (option === undefined ? [hole] : [`${option}: `, hole])),
  );
}

function withSeparators(open: string, items: readonly Snippet[]): Snippet {
  return [open, ...items.flatMap((item, index) => (index === 0 ? item : [", ", ...item])), ")"];
}

/** `key: value`, with an example of a value. */
export function keyWithValue(key: string, hole: Hole): Snippet {
  return [`${key}: `, hole];
}

export function holeOfOption(name: string, { type, default: usual }: OptionDefinition, declared: DeclaredNames): Hole {
  const written = typeof usual === "object" ? undefined : usual === undefined ? undefined : String(usual);
  const example = exampleOf(type, declared);
  if (type.kind === "one_of") return { hole: written ?? type.options[0] ?? name, choices: type.options };
  if (type.kind === "bool") return { hole: usual === true ? "false" : "true", choices: ["true", "false"] };
  if (type.kind === "string") return { hole: '"name"' };
  return { hole: example ?? written ?? placeholders[type.kind] ?? name };
}

/** Examples of types that have no general one. */
const placeholders: { readonly [kind: string]: string } = { map: "{}", ordered_map: "{}", any: "value" };

export function holeOfParameter({ name, type }: Parameter): Hole {
  const known = parameterType(type);
  if (known?.kind === "one_of") return { hole: known.options[0] ?? name.name, choices: known.options };
  return { hole: (known && exampleOfParameter(known)) ?? name.name };
}
