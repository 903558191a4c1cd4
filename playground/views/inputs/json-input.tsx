import { useEffect, useState } from "preact/hooks";
import type { InputSettings } from "./input-of.tsx";

interface Settings extends Pick<InputSettings, "name" | "value" | "onValue"> {
  readonly placeholder?: string;
}

/** A value of a modality that has no better way in, as it is in a line of JSON. */
export function JsonInput({ name, value, onValue, placeholder }: Settings) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    // A text that has this value, or none yet, stays as the reader writes it.
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(read(text))) setText(JSON.stringify(value));
  }, [value]);
  const change = (now: string): void => {
    setText(now);
    const found = read(now);
    setProblem(found === undefined && now.trim() !== "" ? "This is no JSON yet." : "");
    onValue(found);
  };
  return (
    <>
      <textarea
        rows={4}
        aria-label={`${name}, as JSON`}
        placeholder={placeholder ?? "A value as in a line of JSON, such as [1, 2, 3]"}
        value={text}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      {problem === "" ? undefined : <p class="note">{problem}</p>}
    </>
  );
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
