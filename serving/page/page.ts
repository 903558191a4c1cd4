import { script } from "./script.ts";
import { style } from "./style.ts";

/** The page on which people try models. Its scripts and styles have the nonce; it asks for nothing from elsewhere. */
export function pageWith(nonce: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>mtl serve</title>
<style nonce="${nonce}">${style}</style></head>
<body>
<header><h1>Try a model</h1><p>The addresses are in <a href="openapi.json">openapi.json</a>.</p></header>
<main>
<form id="ask" aria-label="Example">
<p id="token-row" hidden><label for="token">Token</label><input id="token" type="password" autocomplete="off"><button type="button" id="use-token">Use it</button></p>
<p id="model-row" hidden><label for="model">Model</label><select id="model"></select></p>
<div id="fields"></div>
<p class="actions"><button id="predict" hidden>Predict</button> <button id="generate" type="button" hidden>Generate, part by part</button> <button id="rank" type="button" hidden>Rank candidates</button></p>
</form>
<section aria-labelledby="answer-title"><h2 id="answer-title">Answer</h2><p id="status" role="status">Loading …</p><div id="answer" aria-live="polite"></div></section>
</main>
<script nonce="${nonce}">${script}</script>
</body></html>
`;
}
