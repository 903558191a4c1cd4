import { useEffect, useState } from "preact/hooks";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { hasAdapter } from "../../runtime/engines/has-adapter.ts";
import type { Param } from "../service/protocol.ts";
import { diagnostics, params, settingOf, shared } from "../state/app-state.ts";
import { configure } from "../state/page.ts";
import { setValue } from "../state/set-value.ts";
import { Prose } from "./prose.tsx";

/** The engine, the seed and the params of the training. They are part of the link. */
export function Settings() {
  const known = params.value;
  const others = Object.keys(shared.value.set ?? {}).filter((name) => !known.some((param) => param.name === name));
  return (
    <fieldset class="settings">
      <legend>Settings</legend>
      <Engine />
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
      {known.map((param) => (
        <Value key={param.name} {...param} />
      ))}
      {others.map((name) => (
        <Value key={name} name={name} initial="as written" choices={[]} type="" documentation="" />
      ))}
    </fieldset>
  );
}

/** WebGPU can be chosen where the browser gives an adapter; where it gives none, the choice says so. */
function Engine() {
  const [isThere, setThere] = useState<boolean>();
  useEffect(() => void hasAdapter().then(setThere), []);
  return (
    <label title="The losses of onnx:wasm have the same bits on every machine. Those of onnx:webgpu depend on the graphics processor.">
      <span>engine</span>
      <select
        value={shared.value.engine ?? "onnx:wasm"}
        onChange={({ currentTarget }) => setEngine(currentTarget.value)}
      >
        <option value="onnx:wasm">onnx:wasm</option>
        <option value="onnx:webgpu" disabled={isThere !== true}>
          {isThere === false ? "onnx:webgpu (this browser has no graphics processor for WebGPU)" : "onnx:webgpu"}
        </option>
      </select>
    </label>
  );
}

function Value({ name, initial, choices, type, documentation }: Param) {
  const value = shared.value.set?.[name];
  const problem = diagnostics.value.find((each) => settingOf(each) === name);
  const given = {
    "aria-invalid": problem !== undefined,
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      setValue(name, currentTarget.value.trim()),
  };
  return (
    <label title={[type, documentation].filter(Boolean).join("\n")}>
      <span>{name}</span>
      {choices.length > 0 ? (
        <select value={value ?? initial} {...given}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input value={value ?? ""} placeholder={initial} {...given} />
      )}
      {problem ? <Problem {...problem} /> : undefined}
    </label>
  );
}

function Problem({ message, help }: Diagnostic) {
  return (
    <small class="wrong">
      <Prose text={`${message} ${help ?? ""}`} />
    </small>
  );
}

function setEngine(name: string): void {
  const { engine: _, ...rest } = shared.value;
  configure(name === "onnx:webgpu" ? { ...rest, engine: name } : rest);
}

function setSeed(text: string): void {
  const seed = Number(text);
  const { seed: _, ...rest } = shared.value;
  if (text === "" || !Number.isSafeInteger(seed)) configure(rest);
  else configure({ ...rest, seed });
}
