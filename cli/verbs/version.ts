import { packageVersion } from "../../runtime/package-version.ts";
import type { Verb } from "../verb.ts";

export const version: Verb = {
  name: "version",
  summary: "Print the version.",
  examples: [["mtl version", ""]],
  configure: () => {},
  async run(session) {
    session.print(`${packageVersion()}\n`);
    return 0;
  },
};
