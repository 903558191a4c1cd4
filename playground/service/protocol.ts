import type { PartKind, PartRow, StageRow } from "./cost-table.ts";
import type { CompletionItem, ItemKind } from "../../language-server/service/completion/completion-item.ts";
import type { Picture } from "../../language-server/service/picture.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { SetParams } from "../../compiler/program.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";

export type { PartKind, PartRow, StageRow };

/** The worker's answers are about the text that it was given last; offsets are in UTF-16 units, as those of the editor. */
export interface Service {
  complete(offset: number, asked: "after a space" | "anywhere"): readonly Suggestion[];
  /** Markdown about an item of the last answer of `complete`. */
  documentation(index: number): string | undefined;
  hover(offset: number): { readonly start: number; readonly end: number; readonly markdown: string } | undefined;
  signature(offset: number): Signature | undefined;
  definition(offset: number): Range | undefined;
  actions(start: number, end: number): readonly Action[];
  format(): Edits;
  /** The name that would be renamed. */
  renameable(offset: number): (Range & { readonly name: string }) | Refused;
  rename(offset: number, name: string): Edits;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Edit extends Range {
  readonly text: string;
}

export interface Refused {
  readonly refusal: string;
}

export type Edits = { readonly edits: readonly Edit[] } | Refused;

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
  readonly edits: readonly Edit[];
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

/** The messages that the worker sends unasked after a text has changed, each with the version of the text. */
export type ServiceEvent =
  | {
      readonly kind: "diagnostics";
      readonly version: number;
      /** False while shapes are still being checked. */
      readonly isWhole: boolean;
      readonly diagnostics: readonly Diagnostic[];
      readonly milliseconds: number;
    }
  | { readonly kind: "names"; readonly version: number; readonly tokens: readonly NameToken[] }
  | { readonly kind: "hints"; readonly version: number; readonly hints: readonly Hint[] }
  | { readonly kind: "params"; readonly version: number; readonly params: readonly Param[] }
  /** The specification of a text without errors. */
  | { readonly kind: "specification"; readonly version: number; readonly specification: ResolvedSpecification }
  | { readonly kind: "picture"; readonly version: number; readonly picture: Picture }
  | { readonly kind: "costs"; readonly version: number; readonly costs: CostTable }
  | { readonly kind: "failed"; readonly message: string };

export type ToWorker =
  | {
      readonly kind: "text";
      readonly path: string;
      readonly text: string;
      /** Values of params and options. */
      readonly set: SetParams;
      readonly version: number;
    }
  | { readonly kind: "call"; readonly id: number; readonly name: keyof Service; readonly args: readonly unknown[] };

export type FromWorker =
  | { readonly kind: "event"; readonly event: ServiceEvent }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly message: string };
