import type { Declaration, Entry, Expression } from "../../grammar/ast.ts";
import type { LoadedFile, LoadedFiles } from "../bind/load.ts";
import { importable } from "../bind/symbols.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { schema } from "../schema/schema.ts";
import type { ValueType } from "../schema/types.ts";
import { type OptionAt, optionOfEntries, valueAt } from "./option-at.ts";
import { type OptionSetting, type Segment, isOptionPath, optionSetting } from "./setting.ts";

/**
 * The files with other values of options: `fit.optimizer.rate` names one by the declaration, the option, and the option
 * of its value. A setting is an edit of the tree, so that what comes after checks it as if it were written there; its
 * diagnostics have their positions in the setting.
 */
export function withSettings(
  files: LoadedFiles,
  entry: string,
  set: ReadonlyMap<string, string>,
  reporter: Reporter,
): LoadedFiles {
  const settings = [...set].filter(([name]) => isOptionPath(name)).map(([name, text]) => optionSetting(name, text));
  let edited = files;
  // The value of an option is set before its own options are, whatever their order on the command line.
  for (const setting of settings.toSorted((a, b) => a.path.length - b.path.length)) {
    const found = optionAt(edited, entry, setting.path, reporter);
    if (!found) continue;
    const { file, declaration, option } = found;
    const changed = option.withValue(valueFor(option.type, setting));
    const declarations = file.tree.declarations.map((each) => (each === declaration ? changed : each));
    edited = new Map([...edited, [file.path, { ...file, tree: { ...file.tree, declarations } }]]);
  }
  return edited;
}

interface FoundOption {
  readonly file: LoadedFile;
  readonly declaration: Declaration;
  readonly option: OptionAt<Declaration>;
}

/** The option that a path names. Reports a name that leads nowhere, and then returns `undefined`. */
export function optionAt(
  files: LoadedFiles,
  entry: string,
  [segment, ...rest]: readonly Segment[],
  reporter: Reporter,
): FoundOption | undefined {
  if (!segment) return undefined;
  const settable = settableDeclarations(files, entry);
  const found = settable.find(({ declaration }) => declaration.name.name === segment.name);
  if (!found) {
    const known = settable.map(({ declaration }) => declaration.name.name);
    reporter.report("unknown_setting", segment.span, {
      name: segment.name,
      nearest: nearest(segment.name, known),
      known,
    });
    return undefined;
  }
  const { file, declaration } = found;
  const path = { rest, followed: segment.name, reporter };
  if (declaration.kind === "Modality") {
    const type = { kind: "call", family: "modality" } as const;
    const option = valueAt(declaration.value, type, path, (value): Declaration => ({ ...declaration, value }));
    return option && { file, declaration, option };
  }
  const table = schema.declarations[tables[declaration.kind]];
  const of = `The ${tables[declaration.kind]} "${segment.name}"`;
  const option = optionOfEntries({ entries: declaration.options, table, of }, path);
  if (!option) return undefined;
  const { withValue } = option;
  return {
    file,
    declaration,
    option: { ...option, withValue: (value): Declaration => withOptions(declaration, withValue(value)) },
  };
}

const tables = { Task: "task", Dataset: "dataset", Stage: "stage" } as const;

type Settable = Extract<Declaration, { readonly kind: "Modality" | keyof typeof tables }>;

function withOptions(declaration: Exclude<Settable, { kind: "Modality" }>, options: readonly Entry[]): Declaration {
  return { ...declaration, options };
}

/** The declarations that the entry sees and that have options: its own, and those that it imports. */
function settableDeclarations(
  files: LoadedFiles,
  entry: string,
): readonly { readonly file: LoadedFile; readonly declaration: Settable }[] {
  const main = files.get(entry);
  if (!main) return [];
  const own = main.tree.declarations.filter(isSettable).map((declaration) => ({ file: main, declaration }));
  const imported = main.tree.declarations.flatMap((declaration) => {
    const file = declaration.kind === "Import" ? files.get(main.imports.get(declaration) ?? "") : undefined;
    if (!file || declaration.kind !== "Import") return [];
    const names = new Set(declaration.names.map(({ name }) => name));
    return file.tree.declarations
      .filter(isSettable)
      .filter((each) => importable.has(each.kind) && names.has(each.name.name))
      .map((each) => ({ file, declaration: each }));
  });
  return [...own, ...imported];
}

function isSettable(declaration: Declaration): declaration is Settable {
  return declaration.kind === "Modality" || Object.hasOwn(tables, declaration.kind);
}

/**
 * The value for an option of this type. Where it takes a string, what is written without quotes is one, such as a path
 * or the name of a measure, unless it can only be another value.
 */
function valueFor(type: ValueType, { value, text }: OptionSetting): Expression {
  const types = type.kind === "either" ? type.types : [type];
  const takesString = types.some(({ kind }) => kind === "string") && !types.some(({ kind }) => kind === "call");
  return takesString && !otherValues.has(value.kind) ? { kind: "String", span: value.span, value: text } : value;
}

const otherValues: ReadonlySet<Expression["kind"]> = new Set<Expression["kind"]>([
  "String",
  "Number",
  "Boolean",
  "None",
  "List",
  "Map",
  "Call",
  "If",
]);
