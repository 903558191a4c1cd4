import { shared, summary } from "../state/app-state.ts";
import { configure } from "../state/page.ts";
import type { Param } from "../service/protocol.ts";

/** The seed and the params of the training. They are part of the link. */
export function Settings() {
  const params = summary.value?.params ?? [];
  return (
    <fieldset class="settings">
      <legend>Settings</legend>
      <label>
        <span>seed</span>
        <input
          type="number"
          min="0"
          step="1"
          placeholder="as written"
          value={shared.value.seed ?? ""}
          onChange={({ currentTarget }) => setSeed(currentTarget.value)}
        />
      </label>
      {params.map((param) => (
        <ParamField key={param.name} param={param} />
      ))}
    </fieldset>
  );
}

function ParamField({ param }: { readonly param: Param }) {
  const { name, initial, choices, type, documentation } = param;
  const value = shared.value.set?.[name];
  return (
    <label title={[type, documentation].filter(Boolean).join("\n")}>
      <span>{name}</span>
      {choices.length > 0 ? (
        <select value={value ?? initial} onChange={({ currentTarget }) => setParam(param, currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          value={value ?? ""}
          placeholder={initial}
          onChange={({ currentTarget }) => setParam(param, currentTarget.value.trim())}
        />
      )}
    </label>
  );
}

function setSeed(text: string): void {
  const seed = Number(text);
  const { seed: _, ...rest } = shared.value;
  if (text === "" || !Number.isSafeInteger(seed)) configure(rest);
  else configure({ ...rest, seed });
}

function setParam({ name, initial }: Param, value: string): void {
  const { [name]: _, ...others } = shared.value.set ?? {};
  const set = value === "" || value === initial ? others : { ...others, [name]: value };
  const { set: _before, ...rest } = shared.value;
  configure(Object.keys(set).length === 0 ? rest : { ...rest, set });
}
