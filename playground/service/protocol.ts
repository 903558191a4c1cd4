import type { PartKind, PartRow, StageRow } from "./cost-table.ts";
import type { CompletionItem, ItemKind } from "../../language-server/service/completion/completion-item.ts";
import type { Picture } from "../../language-server/service/picture.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { TextEdit } from "../../language-server/service/text-edit.ts";
import type { SetParams } from "../../compiler/program.ts";
import type { Span } from "../../grammar/ast.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Project } from "../state/project.ts";

export type { PartKind, PartRow, StageRow };

/** The worker's answers are about the file that is shown; offsets are in UTF-16 units, as those of the editor. */
export interface Service {
  complete(offset: number, asked: "after a space" | "anywhere"): readonly Suggestion[];
  /** Markdown about an item of the last answer of `complete`. */
  documentation(index: number): string | undefined;
  hover(offset: number): { readonly start: number; readonly end: number; readonly markdown: string } | undefined;
  signature(offset: number): Signature | undefined;
  /** The name where it is defined, in any file or in the standard library. */
  definition(offset: number): Span | undefined;
  /** The text of a file of the project, or of the standard library. */
  textOf(path: string): string | undefined;
  actions(start: number, end: number): readonly Action[];
  format(): Edits;
  /** The name that would be renamed. */
  renameable(offset: number): (Range & { readonly name: string }) | Refused;
  rename(offset: number, name: string): Edits;
  /** The edits with which imports still lead to a file that is about to be moved. */
  move(from: string, to: string): readonly TextEdit[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Refused {
  readonly refusal: string;
}

export type Edits = { readonly edits: readonly TextEdit[] } | Refused;

export interface Suggestion extends Pick<CompletionItem, "label" | "at" | "text" | "snippet" | "edits"> {
  readonly kind: ItemKind;
  readonly detail?: string;
}

export interface Signature {
  readonly label: string;
  readonly documentation: string;
  /** The parameter that is being written, in the label. */
  readonly active: (Range & { readonly documentation: string }) | undefined;
}

export interface Action {
  readonly title: string;
  readonly kind: string;
  readonly isPreferred: boolean;
  readonly edits: readonly TextEdit[];
}

export interface Hint {
  readonly at: number;
  readonly label: string;
  readonly tooltip?: string;
}

export interface NameToken extends Range {
  readonly kind: string;
}

/** A declared param: what the settings of the page show. */
export interface Param {
  readonly name: string;
  /** `int in 16..512`. */
  readonly type: string;
  readonly initial: string;
  /** The values of a param that is one of a few. */
  readonly choices: readonly string[];
  readonly documentation: string;
}

export interface CostTable {
  readonly parameters: number;
  readonly parts: readonly PartRow[];
  readonly stages: readonly StageRow[];
  readonly exceeded: readonly string[];
}

/** The messages that the worker sends unasked after a text has changed, each with the version of the texts. */
export type ServiceEvent =
  | {
      readonly kind: "diagnostics";
      readonly version: number;
      /** False while shapes are still being checked. */
      readonly isWhole: boolean;
      /** The mistakes in the settings and in all files. */
      readonly diagnostics: readonly Diagnostic[];
      /** The files that the specification reads: it can be trained where they have no errors. */
      readonly read: readonly string[];
      readonly milliseconds: number;
    }
  | { readonly kind: "names"; readonly version: number; readonly path: string; readonly tokens: readonly NameToken[] }
  | { readonly kind: "hints"; readonly version: number; readonly path: string; readonly hints: readonly Hint[] }
  | { readonly kind: "params"; readonly version: number; readonly params: readonly Param[] }
  /** The specification of a text without errors. */
  | { readonly kind: "specification"; readonly version: number; readonly specification: ResolvedSpecification }
  | { readonly kind: "picture"; readonly version: number; readonly picture: Picture }
  | { readonly kind: "costs"; readonly version: number; readonly costs: CostTable }
  | { readonly kind: "failed"; readonly message: string };

/** The texts of a project, and the values of params and options that the page sets. */
export interface OpenProject extends Project {
  readonly shown: string;
  readonly set: SetParams;
}

export type ToWorker =
  | {
      readonly kind: "open";
      readonly project: OpenProject;
      readonly version: number;
    }
  /** Another file is shown: of the project, or of the standard library. */
  | { readonly kind: "show"; readonly path: string }
  | { readonly kind: "call"; readonly id: number; readonly name: keyof Service; readonly args: readonly unknown[] };

export type FromWorker =
  | { readonly kind: "event"; readonly event: ServiceEvent }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly message: string };
