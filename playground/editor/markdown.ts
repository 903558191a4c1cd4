/** The Markdown that the service writes, as elements: paragraphs, lists, listings, code, strong words and links. Nothing of it is read as HTML. */
export function markdownElement(markdown: string): HTMLElement {
  const root = document.createElement("div");
  root.className = "markdown";
  for (const block of markdown.split(/\n{2,}(?![^`]*\n```\s*(?:\n|$))/u)) {
    const [, code] = /^```\w*\n([^]*?)\n?```$/u.exec(block.trim()) ?? [];
    if (code !== undefined) root.append(element("pre", element("code", code)));
    else if (/^-{3,}$/u.test(block.trim())) root.append(document.createElement("hr"));
    else if (/^[-*] /u.test(block))
      root.append(element("ul", ...block.split(/\n(?=[-*] )/u).map((item) => element("li", ...inline(item.slice(2))))));
    else if (block.trim() !== "") root.append(element("p", ...inline(block.replace(/^#+ /u, ""))));
  }
  return root;
}

function inline(text: string): readonly Node[] {
  const pieces = text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\([^)]*\)|[^`*[]+|[`*[]/gu);
  return Array.from(pieces, ([whole, code, strong, emphasis, link]) => {
    if (code !== undefined) return element("code", code);
    if (strong !== undefined) return element("strong", strong);
    if (emphasis !== undefined) return element("em", emphasis);
    return document.createTextNode(link ?? whole);
  });
}

function element(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
