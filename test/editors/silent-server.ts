/** The source of a server that answers requests by `null`, except that it has a preview, and ends when it is asked to. */
export const silentServer = `let text = "";
const results = { initialize: { capabilities: {} }, "workspace/executeCommand": { url: "http://127.0.0.1:9/token/" } };
process.stdin.on("data", (part) => {
  text += part;
  for (;;) {
    const head = /Content-Length: (\\d+)[^]*?\\r\\n\\r\\n/.exec(text);
    if (!head) return;
    const start = head.index + head[0].length;
    if (text.length < start + Number(head[1])) return;
    const { id, method, params } = JSON.parse(text.slice(start, start + Number(head[1])));
    text = text.slice(start + Number(head[1]));
    if (globalThis.hear) hear(method, params);
    if (method === "exit") process.exit(0);
    if (id === undefined) continue;
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result: results[method] || null });
    process.stdout.write("Content-Length: " + answer.length + "\\r\\n\\r\\n" + answer);
  }
});
`;
