import { useState } from "preact/hooks";
import type { InputSettings } from "./input-of.tsx";

/** A value of a modality that has no better way in, as it is in a line of JSON. */
export function JsonInput({ name, onValue }: Pick<InputSettings, "name" | "onValue">) {
  const [problem, setProblem] = useState("");
  const read = (text: string): void => {
    if (text.trim() === "") return onValue(undefined);
    try {
      onValue(JSON.parse(text));
      setProblem("");
    } catch {
      setProblem("This is no JSON yet.");
    }
  };
  return (
    <>
      <textarea
        rows={4}
        aria-label={`${name}, as JSON`}
        placeholder="A value as in a line of JSON, such as [1, 2, 3]"
        onInput={({ currentTarget }) => read(currentTarget.value)}
      />
      <p class="note">{problem}</p>
    </>
  );
}
