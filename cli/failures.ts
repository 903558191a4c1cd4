import type { UserError } from "../runtime/user-error.ts";
import type { Paint } from "../compiler/diagnostics/render/paint.ts";
import { packageVersion } from "../runtime/package-version.ts";

/** EX_SOFTWARE of sysexits.h. */
export const exitCodeOfBug = 70;

export function describeUserError({ message, help }: UserError, paint: Paint): string {
  const first = `${paint("error", "error")}${paint("message", `: ${message}`)}\n`;
  return help === undefined ? first : `${first}${paint("help", "help:")} ${help}\n`;
}

/** Describes an unexpected exception: the error, the command, and what to report. */
export function describeBug(error: unknown, args: readonly string[], paint: Paint): string {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `${paint("error", "error")}${paint("message", ": This is a bug in mtl, not in your specification.")}`,
    `  during: mtl ${args.join(" ")}`,
    `  mtl ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
    trace.replaceAll(/^/gm, "  "),
    `${paint("help", "help:")} Please report it with the lines above and the specification.`,
    "",
  ].join("\n");
}
