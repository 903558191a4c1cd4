import { params, shared } from "./app-state.ts";
import { configure } from "./page.ts";

/** Gives a param, or an option by its path, another value than that of the text; an empty text takes it back. */
export function setValue(name: string, value: string): void {
  const { [name]: _, ...others } = shared.value.set ?? {};
  const isOfText = value === "" || params.value.some((param) => param.name === name && param.initial === value);
  configureSet(isOfText ? others : { ...others, [name]: value });
}

/** A change of `NAME=VALUE`, in which a mistake and its fix have their positions. */
export function editSetting(name: string, start: number, end: number, replacement: string): void {
  const { [name]: value = "", ...others } = shared.value.set ?? {};
  const before = `${name}=${value}`;
  const [newName = name, ...rest] = `${before.slice(0, start)}${replacement}${before.slice(end)}`.split("=");
  configureSet({ ...others, [newName]: rest.join("=") });
}

function configureSet(set: Readonly<Record<string, string>>): void {
  const { set: _, ...rest } = shared.value;
  configure(Object.keys(set).length === 0 ? rest : { ...rest, set });
}
