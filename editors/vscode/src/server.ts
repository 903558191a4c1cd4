import { serveStdio } from "../../../language-server/server/serve-stdio.ts";

/** The server that comes with the extension, for a workspace without mtl. */
void serveStdio({ input: process.stdin, output: process.stdout }).then((code) => process.exit(code));
