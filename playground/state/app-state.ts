import { computed, signal } from "@preact/signals";
import type { Span } from "../../grammar/ast.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Picture } from "../../language-server/service/picture.ts";
import type { Action, CostTable, Param } from "../service/protocol.ts";
import type { SharedState } from "./url-state.ts";

export const tabs = ["code", "model", "cost", "train", "results", "try"] as const;
export type Tab = (typeof tabs)[number];

/** Something of an earlier text is shown until the new one is checked. */
export interface Shown<Value> {
  readonly value: Value;
  readonly isEarlier: boolean;
}

/** The state that the address carries. */
export const shared = signal<SharedState>({ name: "untitled.mtl", files: { "untitled.mtl": "" } });
/** The path of the file in the editor: one of the project, or of the standard library. */
export const shown = signal("untitled.mtl");
/** The tab of the panel; on a narrow screen the text is a tab too. */
export const tab = signal<Tab>("model");

export const diagnostics = signal<readonly Diagnostic[]>([]);
/** False while the rest of a text is checked. */
export const isChecked = signal(false);
export const checkTime = signal(0);
/** The files that the specification which is trained is made of. */
export const trainedFiles = signal<readonly string[]>([]);
/** The params of the text as it is now. */
export const params = signal<readonly Param[]>([]);
/** The specification of the last text without errors. */
export const specification = signal<ResolvedSpecification | undefined>(undefined);
export const picture = signal<Shown<Picture> | undefined>(undefined);
export const costs = signal<Shown<CostTable> | undefined>(undefined);
/** The offset of the cursor in the file. */
export const cursor = signal(0);
/** The shapes of the line of the cursor. */
export const shapes = signal("");

/** A sentence that is shown for a few seconds, and read by screen readers. */
export const notice = signal("");
export type Dialog =
  | { readonly kind: "examples" }
  | { readonly kind: "share" }
  | { readonly kind: "export" }
  | { readonly kind: "files" }
  | { readonly kind: "actions"; readonly actions: readonly Action[] }
  | { readonly kind: "rename"; readonly name: string; readonly offset: number };
export const dialog = signal<Dialog | undefined>(undefined);

/** The name of the param or option in whose setting a mistake is; `undefined` for one in the text. */
export function settingOf({ at }: Diagnostic): string | undefined {
  return /^--set (.*)$/su.exec(at.file)?.[1];
}

/** The mistakes of the file in the editor. */
export const inText = computed(() => diagnostics.value.filter(({ at }) => at.file === shown.value));

/** The errors that keep the specification from being trained. */
export const errorCount = computed(
  () =>
    diagnostics.value.filter(
      (each) =>
        each.severity === "error" && (settingOf(each) !== undefined || trainedFiles.value.includes(each.at.file)),
    ).length,
);

/** True if the texts, as they are now, can be trained. */
export const canTrain = computed(() => isChecked.value && errorCount.value === 0 && specification.value !== undefined);

/** The node of the picture in whose declaration the cursor is. */
export const selectedNode = computed(() => {
  const spans = picture.value?.value.spans ?? new Map<string, Span>();
  const offset = cursor.value;
  const isAt = ({ file, start, end }: Span): boolean => file === shown.value && start <= offset && offset <= end;
  return [...spans].find(([, span]) => isAt(span))?.[0];
});

let hiding: ReturnType<typeof setTimeout> | undefined;

export function say(message: string): void {
  notice.value = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => (notice.value = ""), 4000);
}
