import type { InputSettings } from "./input-of.tsx";

/** A text, or several segments of one. For a task that ranks, a segment can have a candidate on each line. */
export function TextInput({
  name,
  modality,
  value,
  candidates = [],
  isHidden = false,
  onValue,
}: InputSettings<"text">) {
  const { segments } = modality;
  const parts = Array.isArray(value) && (segments > 1 || candidates.length === 0) ? value : [value];
  const texts = Array.from({ length: segments }, (_, index) => written(parts[index]));
  const change = (index: number, text: string): void => {
    const now = texts.map((each, at) => {
      const changed = at === index ? text : each;
      return candidates[at] === "each" && changed.includes("\n") ? changed.split("\n") : changed;
    });
    const given = now.slice(0, 1 + now.findLastIndex((each) => each.length > 0 && each !== " "));
    onValue(given.length === 0 ? undefined : given.length === 1 ? given[0] : given);
  };
  return (
    <>
      {texts.map((text, index) => (
        <textarea
          key={index}
          rows={candidates[index] === "each" ? 4 : 2}
          aria-label={segments === 1 ? name : `${name}, segment ${index + 1}`}
          placeholder={placeholderOf(index, segments, candidates[index] === "each")}
          value={text}
          onInput={({ currentTarget }) => change(index, currentTarget.value)}
        />
      ))}
      {isHidden ? <p class="note">Write [MASK] for a token that the model must find.</p> : undefined}
    </>
  );
}

function written(part: unknown): string {
  return Array.isArray(part) ? part.join("\n") : typeof part === "string" || typeof part === "number" ? `${part}` : "";
}

function placeholderOf(index: number, segments: number, isRanked: boolean): string {
  const what = segments === 1 ? "Type a text" : `Segment ${index + 1}`;
  return isRanked ? `${what}, or a candidate on each line` : what;
}
