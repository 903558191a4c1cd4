import type {
  Declaration,
  Entry,
  ModalityDeclaration,
  ParamDeclaration,
  Span,
  SpecificationFile,
} from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { References } from "../resolve/resolve-names.ts";
import { targetOf } from "../targets/index.ts";
import { taskTarget } from "../targets/task-target.ts";
import type { Program } from "../stage/checked-program.ts";
import type { ResolvedSpecification, ResolvedSplit, ResolvedTask } from "../schema/resolved.ts";
import { schema } from "../schema/schema.ts";
import type { OptionTable } from "../schema/types.ts";
import { expandBlocks } from "./expand-blocks.ts";
import { callExpression, optionEntries, plainExpression, valueExpression } from "./value-expression.ts";
import { inWrittenOrder } from "./written-order.ts";

/**
 * The same specification with every default of its declarations and of the blocks that they call filled in, and every
 * param set to its value.
 */
export function expandSpecification(
  file: SpecificationFile,
  { specification, references }: Pick<Program, "specification" | "references">,
): SpecificationFile {
  return {
    ...file,
    declarations: file.declarations.map((declaration) => expandDeclaration(declaration, specification, references)),
  };
}

function expandDeclaration(
  declaration: Declaration,
  specification: ResolvedSpecification,
  references: References,
): Declaration {
  switch (declaration.kind) {
    case "Layer":
    case "Stream":
    case "Fusion":
    case "Adapt":
      return { ...declaration, value: expandBlocks(declaration.value, references) };
    case "Param":
      return expandParam(declaration, specification);
    case "Modality":
      return expandModality(declaration, specification);
    case "Task": {
      const task = specification.tasks[declaration.name.name];
      return task === undefined
        ? declaration
        : {
            ...declaration,
            options: merge(declaration.options, taskEntries(task, specification, declaration.span), declaration.span),
          };
    }
    case "Dataset": {
      const dataset = specification.datasets[declaration.name.name];
      const table: OptionTable = { ...schema.declarations.dataset, split: { type: { kind: "any" }, doc: "" } };
      if (dataset === undefined) return declaration;
      const entries = optionEntries(table, { ...dataset, split: splitOptions(dataset.split) }, declaration.span);
      return { ...declaration, options: merge(declaration.options, entries, declaration.span) };
    }
    case "Stage": {
      const stage = specification.stages.find(({ name }) => name === declaration.name.name);
      return stage === undefined
        ? declaration
        : {
            ...declaration,
            options: merge(
              declaration.options,
              optionEntries(schema.declarations.stage, stage, declaration.span),
              declaration.span,
            ),
          };
    }
    default:
      return declaration;
  }
}

function expandParam(declaration: ParamDeclaration, { params }: ResolvedSpecification): ParamDeclaration {
  const value = params[declaration.name.name];
  // A param whose value is a block or a stream is left as written, because that is its only form.
  return value === undefined || declaration.value.kind === "Name"
    ? declaration
    : { ...declaration, value: inWrittenOrder(declaration.value, plainExpression(value, declaration.value.span)) };
}

function expandModality(declaration: ModalityDeclaration, { modalities }: ResolvedSpecification): ModalityDeclaration {
  const modality = modalities[declaration.name.name];
  if (modality === undefined) return declaration;
  const { like, ...own } = modality;
  const call = like === undefined ? own : { kind: "like", modality: like };
  return { ...declaration, value: callExpression(schema.families.modality, call, declaration.value.span) };
}

/**
 * Defaults of `head` and `loss` are expressions, and `uses` is known only after streams are elaborated. The default of
 * `head` is a block that takes one stream, so a task with several outputs has none.
 */
function taskEntries(task: ResolvedTask, specification: ResolvedSpecification, span: Span): readonly Entry[] {
  const uses = task.inputs.map(({ modality, optional }) => ({ kind: "Name", span, name: modality, optional }) as const);
  const entry = (name: string, value: Entry["value"]): Entry => ({
    kind: "Entry",
    span,
    key: { kind: "Identifier", span, name },
    value,
  });
  const head = entry(
    "head",
    valueExpression({ kind: "name", of: "task" }, schema.declarations.task.head.default, span),
  );
  return [
    ...(taskTarget(task, specification).outputs.length === 1 ? [head] : []),
    ...optionEntries(schema.declarations.task, task, span),
    entry("loss", callExpression(schema.families.loss, { kind: targetOf(task.target).losses[0] }, span)),
    entry("uses", {
      kind: "List",
      span,
      items: uses.map(({ optional, ...name }) => (optional ? { kind: "Optional", span, operand: name } : name)),
    }),
  ];
}

function splitOptions(split: ResolvedSplit): object {
  const { kind: _kind, ...options } = split;
  return options;
}

/**
 * The entries as written, in their order, with resolved values; then the other options. Expressions over streams stay
 * as written.
 */
function merge(written: readonly Entry[], resolved: readonly Entry[], declaration: Span): readonly Entry[] {
  const values = new Map(resolved.map((entry) => [keyOf(entry), entry.value]));
  const streams = new Set<string>(["from", "head", "loss", "uses"]);
  const kept = written.map((entry) => ({
    ...entry,
    value: streams.has(keyOf(entry))
      ? entry.value
      : inWrittenOrder(entry.value, values.get(keyOf(entry)) ?? entry.value),
  }));
  const given = new Set(written.map(keyOf));
  // Added entries come after all written ones, so that comments keep their positions.
  const end: Span = { ...declaration, start: declaration.end, end: declaration.end };
  return [...kept, ...resolved.filter((entry) => !given.has(keyOf(entry))).map((entry) => ({ ...entry, span: end }))];
}
