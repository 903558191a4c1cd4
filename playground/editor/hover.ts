import type { Extension } from "@codemirror/state";
import { type EditorView, type Tooltip, hoverTooltip } from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import { markdownElement } from "./markdown.ts";

/** Explains the name or the expression under the pointer. */
export function hover(service: ServiceClient): Extension {
  const explained = async (view: EditorView, offset: number): Promise<Tooltip | null> => {
    const { doc } = view.state;
    const found = await service.call("hover", offset);
    // Meanwhile another file may be shown, which has no such offset.
    if (!found || view.state.doc !== doc) return null;
    const dom = markdownElement(found.markdown);
    return { pos: found.start, end: found.end, above: true, create: () => ({ dom }) };
  };
  // Who types past a pointer that rests sees the text.
  return hoverTooltip(explained, { hideOnChange: true });
}
