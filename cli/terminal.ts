import { styleText } from "node:util";
import type { Paint, Role } from "../compiler/diagnostics/render/paint.ts";
import { plain } from "../compiler/diagnostics/render/paint.ts";
import type { Io, Output } from "./io.ts";

/** `--color`, `--no-color` and `--quiet`. */
export interface DisplaySettings {
  readonly color?: boolean;
  readonly quiet?: boolean;
}

const formats: { readonly [Name in Role]: Parameters<typeof styleText>[0] } = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  advice: ["bold", "cyan"],
  message: "bold",
  gutter: "blue",
  place: "blue",
  related: "blue",
  help: ["bold", "green"],
};

const colourful: Paint = (role, text) => styleText(formats[role], text, { validateStream: false });

/**
 * Chooses colours for a stream: by the flag, else FORCE_COLOR, NO_COLOR (no-color.org) and TERM, else by whether it is
 * a terminal.
 */
export function paintFor(output: Output, { env }: Pick<Io, "env">, { color }: DisplaySettings): Paint {
  return hasColour(output, env, color) ? colourful : plain;
}

function hasColour(output: Output, env: Io["env"], color: boolean | undefined): boolean {
  if (color !== undefined) return color;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  return output.isTTY === true;
}

/** A bar redraws its line, which only an interactive terminal supports. */
export function canRedraw(output: Output, { env }: Pick<Io, "env">): boolean {
  return output.isTTY === true && env["TERM"] !== "dumb" && (env["CI"] ?? "") === "";
}
