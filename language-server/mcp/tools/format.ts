import { format as formatWith } from "prettier/standalone";
import * as plugin from "../../../compiler/prettier-plugin.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const format = tool({
  name: "format",
  title: "Format a specification",
  description: "Gives the text in the layout that every specification has. It must have no syntax error.",
  input: { file: specificationInput.file, text: specificationInput.text },
  async run(session, input) {
    const { host, entry } = session.hostOf(input);
    try {
      return await formatWith(host.readFile(entry) ?? "", { parser: "mtl", plugins: [plugin] });
    } catch (cause) {
      throw new UserError("specification", "The text has syntax errors.", "The tool `check` lists them.", { cause });
    }
  },
});
