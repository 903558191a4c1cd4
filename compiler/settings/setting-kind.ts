import type { LoadedFiles } from "../bind/load.ts";
import { type Bindings, entrySymbols } from "../bind/bind.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import { parameterType } from "../resolve/parameter-type.ts";
import type { ValueType } from "../schema/types.ts";
import { optionAt } from "./apply-settings.ts";
import { isOptionPath, segmentsOf, settingFile } from "./setting.ts";

/** The numbers that a param or an option takes: `any` numbers where its type does not say, and `none` where it takes none. */
export type SettingKind = "whole" | "real" | "any" | "none";

/** `undefined` where there is no such param or option, which a compilation with this setting reports. */
export function settingKind(
  { files, bindings }: { readonly files: LoadedFiles; readonly bindings: Bindings },
  name: string,
): SettingKind | undefined {
  if (isOptionPath(name)) {
    const found = optionAt(files, bindings.entry, segmentsOf(name, settingFile(name)), createReporter());
    return found && kindOf(found.option.type);
  }
  const param = entrySymbols(bindings).find((symbol) => symbol.name.name === name);
  if (param?.kind !== "Param") return undefined;
  const type = param.type && parameterType(param.type);
  if (type) return type.kind === "int" ? "whole" : type.kind === "number" || type.kind === "rate" ? "real" : "none";
  return param.value.kind === "Number" ? "any" : "none";
}

function kindOf(type: ValueType): SettingKind {
  switch (type.kind) {
    case "int":
      return "whole";
    case "number":
    case "rate":
      return "real";
    // A whole number is one of steps or rows, and another one is a fraction.
    case "duration":
    case "part":
    case "any":
      return "any";
    case "either": {
      const kinds = type.types.map(kindOf).filter((kind) => kind !== "none");
      return kinds[0] ?? "none";
    }
    default:
      return "none";
  }
}
