import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier/standalone";
import { createReporter } from "../compiler/diagnostics/reporter.ts";
import { reportSyntax } from "../compiler/bind/report-syntax.ts";
import { renderText } from "../compiler/diagnostics/render/text.ts";
import * as plugin from "../compiler/prettier-plugin.ts";
import { parse } from "../grammar/parse.ts";
import { portableRelative } from "../runtime/host/portable-path.ts";
import { readRegular, reasonOf } from "../runtime/files/regular-file.ts";
import { writeAtomically } from "../runtime/files/write-atomically.ts";
import { UserError } from "../runtime/user-error.ts";
import type { Session } from "./verb.ts";

interface FormatSettings {
  readonly session: Session;
  /** Lists files instead of writing them. */
  readonly check?: true;
}

/** Folders whose files are not the user's own, or are kept as a run had them. */
const passedOver = ["node_modules", "runs"];

/** The files that are named, and those with the extension `.mtl` below the folders that are named, in order. */
export function filesBelow(paths: readonly string[], cwd: string): readonly string[] {
  return paths.flatMap((path) => {
    const whole = resolve(cwd, path);
    const found = statSync(whole, { throwIfNoEntry: false });
    if (!found) throw new UserError("usage", `"${path}" does not exist.`, "Name files and folders.");
    return found.isDirectory() ? specificationsIn(whole) : [whole];
  });
}

function specificationsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return passedOver.includes(entry.name) || entry.name.startsWith(".") ? [] : specificationsIn(path);
      return entry.isFile() && entry.name.endsWith(".mtl") ? [path] : [];
    });
}

/** Formats a file in place, or lists it if it would change. A file with a syntax error is refused, which is said on stderr. */
export async function formatFile(
  path: string,
  { session, check }: FormatSettings,
): Promise<"changed" | "unchanged" | "refused"> {
  // A link stays one: the file that it leads to is replaced.
  const shown = portableRelative(session.io.cwd, path);
  const { target, text } = await readSpecification(path).catch((cause: unknown) => {
    throw new UserError("usage", `${shown} cannot be read: ${reasonOf(cause)}.`, "Name .mtl files and folders.", {
      cause,
    });
  });
  const formatted = await formatText(text, shown, session);
  if (formatted === undefined) return "refused";
  if (formatted === text) return "unchanged";
  if (check) session.print(`${shown}\n`);
  else {
    await writeAtomically(target, [Buffer.from(formatted)]);
    session.note(`${shown} is formatted.`);
  }
  return "changed";
}

/** The largest file that is formatted, in bytes. */
const mostBytes = 2 ** 26;

async function readSpecification(path: string): Promise<{ readonly target: string; readonly text: string }> {
  const target = realpathSync(path);
  return { target, text: (await readRegular(target, mostBytes)).toString("utf8") };
}

/**
 * A formatted text, with the line ends and the byte order mark that it has; `undefined` if it has syntax errors, which
 * are written to stderr.
 */
export async function formatText(text: string, name: string, session: Session): Promise<string | undefined> {
  const { problems } = parse(text, name);
  if (problems.length === 0) return format(text, { parser: "mtl", plugins: [plugin], endOfLine: "auto" });
  const reporter = createReporter();
  for (const problem of problems) reportSyntax(problem, reporter);
  const input = { diagnostics: reporter.diagnostics, sources: new Map([[name, text]]) };
  session.io.stderr.write(renderText(input, session.paint.stderr));
  return undefined;
}
