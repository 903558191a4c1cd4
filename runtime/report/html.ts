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
