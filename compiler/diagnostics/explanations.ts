/** A section of `docs/diagnostics.md`. */
export interface Explanation {
  readonly code: string;
  readonly name: string;
  /** Markdown: the meaning, the reason, an example, and the way to fix it. */
  readonly body: string;
}

/** Sections of the docs page by code. A section starts with `### MTL2002 unknown_name` and ends at the next heading. */
export function parseExplanations(page: string): ReadonlyMap<string, Explanation> {
  const sections = page.split(/^(?=#{2,3} )/m);
  const explanations = new Map<string, Explanation>();
  for (const section of sections) {
    const heading = /^### (MTL\d{4}) (\w+)\n/.exec(section);
    const [line, code, name] = heading ?? [];
    if (line !== undefined && code !== undefined && name !== undefined)
      explanations.set(code, { code, name, body: section.slice(line.length).trim() });
  }
  return explanations;
}
