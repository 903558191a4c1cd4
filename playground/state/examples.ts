import { nameOf, pageExamples } from "../../examples/playground/page-examples.ts";
import { pageSpecification } from "../../examples/playground/page-specification.ts";

/** One of the specifications that come with the page, with fewer steps than the one that it is of. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

export const examples: readonly Example[] = pageExamples.map((example) => ({
  name: nameOf(example),
  title: example.title,
  description: example.description,
}));

const texts = import.meta.glob<string>("../../examples/*.mtl", { query: "?raw", import: "default" });

/** The text of an example of the page, or of any other specification in `examples/`; `undefined` if there is none of that name. */
export async function textOfExample(name: string): Promise<string | undefined> {
  const text = await texts[`../../examples/${name}.mtl`]?.();
  const example = pageExamples.find((each) => nameOf(each) === name);
  return text !== undefined && example ? pageSpecification(text, example) : text;
}
