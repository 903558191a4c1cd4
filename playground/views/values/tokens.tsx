interface TokensSettings {
  readonly right: readonly string[];
  readonly predicted: readonly string[];
}

/** Tokens of a text, each above what was predicted for it. */
export function Tokens({ right, predicted }: TokensSettings) {
  return (
    <ol class="tokens">
      {right.map((token, index) => {
        const given = predicted[index] ?? "";
        return (
          <li key={index}>
            <b>{visible(token)}</b>
            <span class={given === token ? "given" : "given wrong"}>
              <span class="visually-hidden">predicted </span>
              {visible(given)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** A space can be a token of its own. */
function visible(token: string): string {
  return token.trim() === "" ? "␣" : token;
}
