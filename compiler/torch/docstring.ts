import type { Call } from "../elaborate/calls.ts";
import { type Value, describeStream } from "../elaborate/value.ts";

const width = 112;

/** The documentation of a block, and the shapes of its first call, as the lines of a docstring. */
export function docstring(calls: readonly (Call | undefined)[]): readonly string[] {
  const [first] = calls.filter((call) => call !== undefined);
  if (!first) return [];
  const { doc } = first.callable.declaration;
  const text = (doc ?? `The block \`${first.block}\`.`).replaceAll("\\", "\\\\").replaceAll('"""', "'''");
  const paragraphs = text
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
  const [summary, ...rest] = folded(paragraphs);
  const lines = [`"""${summary ?? ""}`, ...rest, "", ...folded(shapesOf(first, calls.length)), '"""'];
  return lines;
}

function shapesOf(call: Call, count: number): string {
  const shown = [...call.arguments].flatMap(([name, value]) => streamsOf(name, value));
  const result = streamsOf("", call.result).map((each) => each.trim());
  const shapes = `${shown.join(", ")} -> ${result.join(", ")}`;
  return `${count === 1 ? "Applied" : `Applied ${count} times, first`} at \`${call.path}\`: ${shapes}.`;
}

function streamsOf(name: string, value: Value): readonly string[] {
  if (value.kind === "stream") return [`${name} ${describeStream(value.stream)}`];
  if (value.kind === "list") return value.items.flatMap((item) => streamsOf(name, item));
  if (value.kind === "tuple")
    return value.items.flatMap((item, index) => streamsOf(value.names?.[index] ?? name, item));
  if (value.kind === "record") return [...value.fields].flatMap(([field, item]) => streamsOf(field, item));
  return [];
}

/** Lines of at most the width of the docstring. */
function folded(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
