/** The path of a page of the site, without `.html`, from the path of its Markdown file in the repository. */
export function pagePath(source: string): string {
  if (source === "README.md") return "overview";
  const own = source.replace(/^docs\//u, "").replace(/\.md$/u, "");
  return own.replace(/(^|\/)README$/u, "$1index").toLowerCase();
}
