import type { Extension } from "@codemirror/state";
import { type EditorView, type Tooltip, hoverTooltip } from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import { markdownElement } from "./markdown.ts";

/** Explains the name or the expression under the pointer. */
export function hover(service: ServiceClient): Extension {
  const explained = async (_view: EditorView, offset: number): Promise<Tooltip | null> => {
    const found = await service.call("hover", offset);
    if (!found) return null;
    const dom = markdownElement(found.markdown);
    return { pos: found.start, end: found.end, above: true, create: () => ({ dom }) };
  };
  // Who types past a pointer that rests sees the text.
  return hoverTooltip(explained, { hideOnChange: true });
}
