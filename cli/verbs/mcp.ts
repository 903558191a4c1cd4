import type { Verb } from "../verb.ts";

export const mcp: Verb = {
  name: "mcp",
  summary: "Serve an agent: check, fix, draw, count and try specifications over the Model Context Protocol.",
  examples: [["mtl mcp", "the command that an agent is given; it talks over stdin and stdout"]],
  configure: () => {},
  async run({ io: { stdin, stdout, cwd } }) {
    const [{ serveMcp }, { StdioServerTransport }] = await Promise.all([
      import("../../language-server/mcp/serve-mcp.ts"),
      import("@modelcontextprotocol/sdk/server/stdio.js"),
    ]);
    await serveMcp(new StdioServerTransport(stdin as NodeJS.ReadStream, stdout as NodeJS.WriteStream), cwd);
    return 0;
  },
};
