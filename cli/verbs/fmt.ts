import type { Io } from "../io.ts";
import type { Session, VerbOf } from "../verb.ts";
import { UserError, exitCodes } from "../../runtime/user-error.ts";

interface FmtOptions {
  readonly check?: true;
}

export const fmt: VerbOf<FmtOptions> = {
  name: "fmt",
  summary: "Format specifications.",
  examples: [
    ["mtl fmt model.mtl", "one file, in place"],
    ["mtl fmt examples", "every .mtl file in a folder and those below it"],
    ["mtl fmt --check .", "list the files that would change, and exit with 1 if there are any"],
    ["mtl fmt - < model.mtl", "from stdin to stdout"],
  ],
  configure: (command) =>
    command
      .argument("<paths...>", "files and folders, or - for stdin")
      .option("--check", "change nothing, and exit with 1 if a file would change"),
  async run(session, paths, { check }) {
    if (paths.includes("-")) {
      if (paths.length > 1)
        throw new UserError("usage", "- cannot be mixed with files.", "Format stdin by a command of its own.");
      return formatStdin(session, check);
    }
    const { filesBelow, formatFile } = await import("../format-files.ts");
    const settings = { session, ...(check ? { check } : {}) };
    let [changed, refused] = [0, 0];
    for (const path of filesBelow(paths, session.io.cwd)) {
      const outcome = await formatFile(path, settings);
      if (outcome === "changed") changed += 1;
      if (outcome === "refused") refused += 1;
    }
    return refused > 0 ? exitCodes.specification : check && changed > 0 ? 1 : 0;
  },
};

async function formatStdin(session: Session, check: true | undefined): Promise<number> {
  const { formatText } = await import("../format-files.ts");
  const text = await textOf(session.io);
  const formatted = await formatText(text, "stdin", session);
  if (formatted === undefined) return exitCodes.specification;
  if (check) return formatted === text ? 0 : 1;
  session.emit(formatted);
  return 0;
}

async function textOf({ stdin }: Io): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stdin as AsyncIterable<Uint8Array | string>)
    parts.push(typeof part === "string" ? Buffer.from(part) : part);
  return Buffer.concat(parts).toString("utf8");
}
