import { useState } from "preact/hooks";
import type { InputSettings } from "./input-of.tsx";

/** The cells of one row. A cell that is left empty is missing. */
export function TableInput({ modality, onValue }: InputSettings<"table">) {
  const [cells, setCells] = useState<Readonly<Record<string, string | number>>>({});
  const change = (column: string, text: string, isNumeric: boolean): void => {
    const { [column]: _, ...others } = cells;
    const value = isNumeric ? Number(text) : text;
    const now = text.trim() === "" || Number.isNaN(value) ? others : { ...others, [column]: value };
    setCells(now);
    onValue(Object.keys(now).length === 0 ? undefined : now);
  };
  const numeric = new Set(modality.numeric);
  return (
    <div class="cells">
      {[...numeric, ...Object.keys(modality.categorical ?? {})].map((column) => (
        <label key={column}>
          <span>{column}</span>
          <input
            inputMode={numeric.has(column) ? "decimal" : "text"}
            onInput={({ currentTarget }) => change(column, currentTarget.value, numeric.has(column))}
          />
        </label>
      ))}
    </div>
  );
}
