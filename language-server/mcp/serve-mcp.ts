import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { packageVersion } from "../../runtime/package-version.ts";
import { asUserError } from "../../runtime/files/system-failure.ts";
import { UserError } from "../../runtime/user-error.ts";
import { AgentSession } from "./session.ts";
import type { Tool } from "./tool.ts";
import { tools } from "./tools/index.ts";

/** Serves one agent over the Model Context Protocol. Ends when the transport does. */
export async function serveMcp(transport: Transport, cwd: string): Promise<void> {
  const server = new McpServer({ name: "mtl", version: packageVersion() });
  const session = new AgentSession(cwd);
  for (const { name, title, description, input, run } of tools)
    server.registerTool(
      name,
      { title, description, inputSchema: { ...input }, annotations: { readOnlyHint: true, openWorldHint: false } },
      (given: Parameters<Tool["run"]>[1]) => answer(async () => run(session, given)),
    );
  const ended = new Promise<void>((done) => {
    Object.assign(server.server, { onclose: done });
  });
  await server.connect(transport);
  await ended;
}

/** A `UserError` is an answer that an agent can read. The protocol reports any other error, which is a mistake of ours. */
async function answer(run: () => Promise<unknown>): Promise<CallToolResult> {
  try {
    const result = await run();
    const text = typeof result === "string" ? result : JSON.stringify(result, undefined, 2);
    return { content: [{ type: "text", text }] };
  } catch (cause) {
    const error = asUserError(cause);
    if (!(error instanceof UserError)) throw error;
    const text = error.help === undefined ? error.message : `${error.message} ${error.help}`;
    return { content: [{ type: "text", text }], isError: true };
  }
}
