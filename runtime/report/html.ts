import { style } from "./style.ts";

/** A page without scripts and without anything from elsewhere. */
export function page(
  { title, heading, description }: { readonly title: string; readonly heading: string; readonly description: string },
  sections: readonly string[],
): string {
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `<header><h1>${escaped(heading)}</h1><p>${escaped(description)}</p></header>`,
    "<main>",
    ...sections,
    "</main></body></html>\n",
  ].join("\n");
}

export function section(title: string, body: string): string {
  return `<section><h2>${escaped(title)}</h2>${body}</section>`;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Cells are text. A header of empty cells is left out. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: "td" | "th") =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const head = header.some((cell) => cell !== "") ? `<thead>${row(header, "th")}</thead>` : "";
  return `<div class="table"><table>${head}<tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
}

/** A note that explains a section. */
export function note(text: string): string {
  return `<p class="note">${escaped(text)}</p>`;
}
