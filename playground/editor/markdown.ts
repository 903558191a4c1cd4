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

interface Piece {
  /** The name of the element; `undefined` for text by itself. */
  readonly tag: "code" | "strong" | "em" | undefined;
  readonly text: string;
}

/** The pieces of a sentence: code, strong words, emphasis and text. A link is its text. */
export function piecesOf(text: string): readonly Piece[] {
  const found = text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\([^)]*\)|[^`*[]+|[`*[]/gu);
  return Array.from(found, ([whole, code, strong, emphasis, link]): Piece => {
    if (code !== undefined) return { tag: "code", text: code };
    if (strong !== undefined) return { tag: "strong", text: strong };
    if (emphasis !== undefined) return { tag: "em", text: emphasis };
    return { tag: undefined, text: link ?? whole };
  });
}

/** A sentence as elements. */
export function inline(text: string): readonly Node[] {
  return piecesOf(text).map((piece) =>
    piece.tag === undefined ? document.createTextNode(piece.text) : element(piece.tag, piece.text),
  );
}

function element(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
