import { printSignature } from "../../compiler/formatter/print.ts";
import { describeType as describeParameter, parameterType } from "../../compiler/resolve/parameter-type.ts";
import { repeatOptions } from "../../compiler/resolve/repeat-options.ts";
import { describeType } from "../../compiler/schema/describe-type.ts";
import { describeOption } from "../../compiler/schema/topics.ts";
import type { OptionDefinition } from "../../compiler/schema/types.ts";
import { isStreamParameter, nextParameters } from "./completion/callee.ts";
import { positionAt } from "./completion/position.ts";
import type { Callee } from "./completion/expected.ts";
import { nameOfItem } from "./completion/inside.ts";
import type { OpenCall } from "./completion/slot.ts";
import type { CompletionRequest } from "./completion/request.ts";
import type { Workspace } from "./workspace.ts";

/** The call around a position: its signature, and the argument that is being written. */
export interface SignatureHelp {
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly SignatureParameter[];
  /** The index of the parameter; `undefined` if no parameter takes what is written. */
  readonly active: number | undefined;
}

export interface SignatureParameter {
  readonly name: string;
  /** The offsets of the parameter in the label. */
  readonly start: number;
  readonly end: number;
  readonly documentation: string;
}

/** The signature of the call around an offset, with the parameter that is being written; `undefined` outside of calls. */
export function signatureHelpAt(workspace: Workspace, path: string, offset: number): SignatureHelp | undefined {
  const position = positionAt(workspace, path, offset);
  const call = position?.calls.at(-1);
  if (!position || !call || position.surroundings.kind === "comment") return undefined;
  const parameters = parametersOf(call.callee);
  const { label, placed } = laidOut(call.callee, parameters);
  const active = activeName(call, position.names);
  const index = placed.findIndex(({ name }) => name === active);
  return { label, documentation: docOf(call.callee), parameters: placed, active: index < 0 ? undefined : index };
}

interface Described {
  readonly name: string;
  readonly text: string;
  readonly documentation: string;
}

function parametersOf(callee: Callee): readonly Described[] {
  switch (callee.kind) {
    case "member":
      return Object.entries(callee.definition.options).map(([name, option]) => ({
        name,
        text: `${name}: ${describeType(option.type)}${defaultOf(option)}`,
        documentation: describeOption(option),
      }));
    case "block":
      return callee.block.parameters.map((parameter) => {
        const type = parameterType(parameter.type);
        return {
          name: parameter.name.name,
          text: printSignature({ name: { name: "" }, parameters: [parameter] }).replace(/^block \(\s*|\s*\)$/gu, ""),
          documentation: type ? describeParameter(type) : "",
        };
      });
    case "repeat":
      return [
        { name: "", text: "rounds", documentation: "The number of rounds, or a list with one element for each." },
        ...Object.entries(repeatOptions).map(([name, choices]) => ({
          name,
          text: `${name}: one of ${choices.join(", ")}`,
          documentation: `${choices[0]} by default.`,
        })),
      ];
  }
}

function defaultOf({ default: usual }: OptionDefinition): string {
  if (usual === undefined) return "";
  return ` = ${typeof usual === "object" ? `[${usual.join(", ")}]` : String(usual)}`;
}

/** The signature in one line, with the offsets of each parameter. */
function laidOut(
  callee: Callee,
  parameters: readonly Described[],
): { readonly label: string; readonly placed: readonly SignatureParameter[] } {
  let label = `${callee.kind === "repeat" ? "repeat" : callee.name}(`;
  const placed: SignatureParameter[] = [];
  for (const [index, { name, text, documentation }] of parameters.entries()) {
    if (index > 0) label += ", ";
    placed.push({ name, start: label.length, end: label.length + text.length, documentation });
    label += text;
  }
  return { label: `${label})`, placed };
}

function docOf(callee: Callee): string {
  if (callee.kind === "repeat") return "Applies its body a number of times, each round with weights of its own.";
  return (callee.kind === "member" ? callee.definition.doc : callee.block.doc) ?? "";
}

/** The name of the parameter for which the last item is written. */
function activeName({ callee, items }: OpenCall, names: CompletionRequest["names"]): string | undefined {
  const item = items.at(-1) ?? [];
  const named = nameOfItem(item);
  if (named !== undefined) return named;
  switch (callee.kind) {
    case "repeat":
      return items.length === 1 ? "" : undefined;
    case "member":
      return Object.keys(callee.definition.options)[
        items.slice(0, -1).filter((each) => nameOfItem(each) === undefined).length
      ];
    case "block": {
      const next = nextParameters(callee, items, names);
      const isWritten = item.length > 0 && item[0]?.isName !== true;
      // A literal is no stream, and before anything is written a stream comes first.
      const fitting = isWritten ? next.filter((parameter) => !isStreamParameter(parameter)) : next;
      return (fitting[0] ?? next[0])?.name.name;
    }
  }
}
