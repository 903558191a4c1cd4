import type { PageExample } from "./page-examples.ts";

/** The specification of an example as the page opens it. */
export function pageSpecification(
  text: string,
  { specification, edits }: Pick<PageExample, "specification" | "edits">,
): string {
  return edits.reduce((edited, [from, to]) => {
    if (edited.split(from).length !== 2) throw new Error(`${specification} does not have "${from}" once`);
    return edited.replace(from, to);
  }, text);
}
