import { tableColumns } from "../../../compiler/features/table-columns.ts";
import type { InputSettings } from "./input-of.tsx";

type Cells = Readonly<Record<string, unknown>>;

/** The cells of one row, which are read as those of a table are. A cell that is left empty is missing. */
export function TableInput({ modality, value, onValue }: InputSettings<"table">) {
  const columns = tableColumns(modality);
  const cells = cellsOf(
    value,
    columns.map(({ name }) => name),
  );
  const change = (column: string, text: string): void => {
    const { [column]: _, ...others } = cells;
    const now = text.trim() === "" ? others : { ...others, [column]: text };
    onValue(Object.keys(now).length === 0 ? undefined : now);
  };
  return (
    <div class="cells">
      {columns.map(({ name, kind }) => (
        <label key={name}>
          <span title={name}>{name}</span>
          <input
            inputMode={kind === "numeric" ? "decimal" : "text"}
            value={written(cells[name])}
            onInput={({ currentTarget }) => change(name, currentTarget.value)}
          />
        </label>
      ))}
    </div>
  );
}

/** The cells by column. A row of the data has them in the order of the columns. */
function cellsOf(value: unknown, columns: readonly string[]): Cells {
  if (!Array.isArray(value)) return (value ?? {}) as Cells;
  return Object.fromEntries(
    columns.flatMap((name, index) => ((value[index] ?? "") === "" ? [] : [[name, value[index]]])),
  );
}

function written(cell: unknown): string {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean" ? `${cell}` : "";
}
