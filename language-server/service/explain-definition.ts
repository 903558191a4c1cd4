import type { BlockDeclaration, Node } from "../../grammar/ast.ts";
import type { Cost, Part } from "../../compiler/analysis/cost/cost.ts";
import { printSignature, printSpecification } from "../../compiler/formatter/print.ts";
import { isPrelude } from "../../compiler/prelude/prelude.ts";
import type { BuiltinName } from "../../compiler/resolve/builtin-names.ts";
import type { Definition } from "../../compiler/resolve/definition.ts";
import type { SymbolDeclaration } from "../../compiler/bind/symbols.ts";
import { costOfPart, shareOf, trainableShare } from "./costs.ts";
import { describeWholeCost } from "./describe-cost.ts";
import type { Facts } from "./facts.ts";
import { isWhole } from "./is-whole.ts";
import { fileOf, resolvedDeclaration } from "./resolved-declaration.ts";
import { topicAsMarkdown, topicOf } from "./schema-topics.ts";
import { describeUsers, usersOf } from "./users.ts";
import type { Workspace } from "./workspace.ts";

/** The number of lines of a declaration that are shown. */
const mostLines = 24;

/** Markdown about a definition, in paragraphs. */
export function explainDefinition(workspace: Workspace, facts: Facts, definition: Definition): readonly string[] {
  switch (definition.kind) {
    case "declaration":
      return explainDeclaration(workspace, facts, definition.declaration);
    case "option":
    case "member":
    case "choice": {
      const topic = topicOf(definition);
      if (!topic) return [];
      const chosen = definition.kind === "choice" ? `\`${definition.name}\`, a choice of the ` : "";
      return [`${chosen}${topic.title}`, topicAsMarkdown(topic.text)];
    }
    case "parameter":
      return [code(sourceOf(workspace, definition.parameter)), "A parameter of its block."];
    case "local":
      return [code(sourceOf(workspace, definition.statement))];
    case "index":
      return ["The index of the round of its `repeat`, from 0."];
    case "binding":
      return [code(sourceOf(workspace, definition.binding)), "A stream that its `repeat` carries from round to round."];
    case "it":
      return ["`it` is the value that enters here."];
    case "given":
      return [`\`${definition.name}\` is a value that the loss of a task is given.`];
    case "builtin":
      return [builtins[definition.name]];
    case "part":
      return [`\`${definition.name}\` is a named part of \`${"name" in definition.of ? definition.of.name : ""}\`.`];
    case "file":
      return [`\`${definition.path}\``];
    case "written_choice":
      return [`\`${definition.name}\` is a choice that its type lists.`];
    case "dynamic":
    case "unresolved":
      return [];
  }
}

const builtins: { readonly [Name in BuiltinName | "all"]: string } = {
  training: "`training` is true where a graph is made for training, and false for evaluation and prediction.",
  task: "`task` is the task for which a graph is made: `task.name` is its name.",
  tasks: "`tasks` is the list of the names of all tasks.",
  all: "`all` stands for every declaration of the kind that the option names.",
};

function explainDeclaration(workspace: Workspace, facts: Facts, declaration: SymbolDeclaration): readonly string[] {
  if (
    declaration.kind === "Block" &&
    [...declaration.parameters, declaration.result].every((part) => !part || isWhole(part))
  )
    return explainBlock(declaration);
  const users = describeUsers(usersOf(facts, declaration));
  return [
    code(resolvedText(facts, declaration) ?? sourceOf(workspace, declaration)),
    ...(declaration.doc === undefined ? [] : [declaration.doc]),
    ...(declaration.kind === "Param" ? valueOfParam(facts, declaration.name.name) : []),
    ...(users === undefined ? [] : [`Used by ${users}.`]),
    ...costOfDeclaration(workspace, declaration),
  ];
}

export function explainBlock(block: BlockDeclaration): readonly string[] {
  const { file } = block.span;
  const from = isPrelude(file) ? [`*standard library, ${file.replace(/^.*\//, "").replace(/\.mtl$/, "")}*`] : [];
  return [code(printSignature(block)), ...(block.doc === undefined ? [] : [block.doc]), ...from];
}

/** A task, a data set, a stage or a modality with all of its options. */
function resolvedText(facts: Facts, declaration: SymbolDeclaration): string | undefined {
  const resolved = resolvedDeclaration(facts, declaration);
  if (!resolved) return undefined;
  const { doc: _doc, ...shown } = resolved;
  return printSpecification(fileOf(shown)).trimEnd();
}

function valueOfParam({ compilations }: Facts, name: string): readonly string[] {
  const values = compilations.flatMap(({ specification }) => specification?.params[name] ?? []);
  const distinct = [...new Set(values.map((value) => JSON.stringify(value)))];
  return distinct.length === 0 ? [] : [`Its value is \`${distinct.join("` or `")}\`.`];
}

const parts: { readonly [Kind in SymbolDeclaration["kind"]]?: Part["kind"] } = {
  Modality: "modality",
  Stream: "stream",
  Fusion: "fusion",
  Layer: "layer",
};

/** The cost of a declaration as far as it is known; computing it takes longer than an answer may. */
function costOfDeclaration(workspace: Workspace, { kind, name: { name }, span }: SymbolDeclaration): readonly string[] {
  const known = workspace.costs.reading(span.file);
  if (!known) return [];
  const earlier = known.of === "earlier" ? " (before the last edit)" : "";
  const shown = (what: string, cost: Cost, trainable: number | undefined): string =>
    `${what}: ${describeWholeCost(cost, trainable)}${earlier}.`;
  const part = parts[kind];
  if (part) {
    const cost = costOfPart(known.cost, { kind: part, name });
    const share = trainableShare(known.cost, { kind: part, name });
    return cost && cost.parameters + cost.flops > 0 ? [shown("Prediction of one example", cost, share)] : [];
  }
  if (kind === "Task")
    return known.cost.tasks
      .filter(({ task }) => task === name)
      .map(({ total }) => shown("Prediction of one example", total, undefined));
  return kind === "Stage"
    ? known.cost.stages
        .filter(({ stage }) => stage === name)
        .map(({ total, forTask }) => shown(`Training${forTask ? ` of ${forTask}` : ""}`, total, shareOf(total)))
    : [];
}

/** The text of a node, as far as it is short. */
function sourceOf(workspace: Workspace, { span: { file, start, end } }: Node): string {
  const lines = (workspace.textOf(file) ?? "").slice(start, end).split(/\r?\n/u);
  return lines.length > mostLines ? [...lines.slice(0, mostLines), "…"].join("\n") : lines.join("\n");
}

export function code(text: string): string {
  return `\`\`\`mtl\n${text}\n\`\`\``;
}
