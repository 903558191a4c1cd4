import {
  type SemanticTokens,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  type SemanticTokensParams,
  type SemanticTokensRangeParams,
} from "vscode-languageserver";
import {
  type SemanticToken,
  semanticTokens as tokensOf,
  tokenKinds,
  tokenModifiers,
} from "../../service/semantic-tokens.ts";
import type { Feature, Server } from "../server.ts";

export const semanticTokens: Feature = {
  capabilities: {
    semanticTokensProvider: {
      legend: { tokenTypes: [...tokenKinds], tokenModifiers: [...tokenModifiers] },
      full: { delta: true },
      range: true,
    },
  },
  register(server) {
    const { semanticTokens: requests } = server.connection.languages;
    /** The last answer for each document, which a difference is of. */
    const answered = new Map<string, SemanticTokens>();
    let count = 0;
    const all = (path: string): SemanticTokens => {
      const tokens = { resultId: String(++count), data: encoded(server, path, tokensOf(server.workspace, path)) };
      answered.set(path, tokens);
      return tokens;
    };
    requests.on(
      server.answer<SemanticTokensParams, SemanticTokens>({ data: [] }, ({ textDocument }) =>
        all(server.pathOf(textDocument)),
      ),
    );
    requests.onDelta(
      server.answer<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
        { data: [] },
        ({ textDocument, previousResultId }) => {
          const path = server.pathOf(textDocument);
          const before = answered.get(path);
          const now = all(path);
          return before?.resultId === previousResultId ? difference(before, now) : now;
        },
      ),
    );
    requests.onRange(
      server.answer<SemanticTokensRangeParams, SemanticTokens>({ data: [] }, ({ textDocument, range }) => {
        const path = server.pathOf(textDocument);
        const [start, end] = [server.offsetOf(path, range.start), server.offsetOf(path, range.end)];
        const inside = tokensOf(server.workspace, path).filter((token) => token.end > start && token.start < end);
        return { data: encoded(server, path, inside) };
      }),
    );
  },
};

/** Five numbers a token: its line and its column, relative to the token before, its length, its kind and its modifiers as bits. */
function encoded(server: Server, path: string, tokens: readonly SemanticToken[]): number[] {
  let [line, column] = [0, 0];
  return tokens.flatMap(({ start, end, kind, modifiers }) => {
    const at = server.rangeOf({ file: path, start, end }).start;
    const place = [at.line - line, at.line === line ? at.character - column : at.character];
    [line, column] = [at.line, at.character];
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    return [...place, end - start, tokenKinds.indexOf(kind), bits];
  });
}

/** The numbers between the first and the last difference. */
function difference(before: SemanticTokens, now: SemanticTokens): SemanticTokensDelta {
  const [old, data] = [before.data, now.data];
  const most = Math.min(old.length, data.length);
  let [start, end] = [0, 0];
  while (start < most && old[start] === data[start]) start += 1;
  while (end < most - start && old.at(-1 - end) === data.at(-1 - end)) end += 1;
  const isSame = start === old.length && start === data.length;
  const edits = isSame
    ? []
    : [{ start, deleteCount: old.length - start - end, data: data.slice(start, data.length - end) }];
  return { ...(now.resultId === undefined ? {} : { resultId: now.resultId }), edits };
}
