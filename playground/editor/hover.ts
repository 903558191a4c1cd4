import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import { markdownElement } from "./markdown.ts";

/** Explains the name or the expression under the pointer. */
export function hover(service: ServiceClient): Extension {
  return hoverTooltip(async (_view, offset) => {
    const found = await service.call("hover", offset);
    if (!found) return null;
    const dom = markdownElement(found.markdown);
    return { pos: found.start, end: found.end, above: true, create: () => ({ dom }) };
  });
}
