import { useState } from "preact/hooks";
import type { InputSettings } from "./input-of.tsx";

/** A text, or several segments of one. */
export function TextInput({ name, modality, onValue }: InputSettings<"text">) {
  const [texts, setTexts] = useState<readonly string[]>([]);
  const change = (index: number, text: string): void => {
    const now = Array.from({ length: modality.segments }, (_, each) => (each === index ? text : (texts[each] ?? "")));
    setTexts(now);
    const given = now.filter((each) => each.trim() !== "");
    onValue(given.length === 0 ? undefined : given.length === 1 ? given[0] : given);
  };
  return (
    <>
      {Array.from({ length: modality.segments }, (_, index) => (
        <textarea
          key={index}
          rows={2}
          aria-label={modality.segments === 1 ? name : `${name}, segment ${index + 1}`}
          placeholder={modality.segments === 1 ? "Type a text" : `Segment ${index + 1}`}
          onInput={({ currentTarget }) => change(index, currentTarget.value)}
        />
      ))}
    </>
  );
}
