import { style as reportStyle } from "../../runtime/report/style.ts";

/** The page of a preview. It asks for nothing from elsewhere, and shows what it is sent. */
export function pageWith(nonce: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>mtl preview</title>
<style>${reportStyle}${style}</style></head>
<body>
<header><h1 id="title">mtl preview</h1><p id="status" role="status">Connecting …</p></header>
<ul id="problems" hidden></ul>
<main>
<section><h2>Model</h2><div class="picture" id="picture"></div></section>
<section><h2>Cost</h2><div id="costs"></div></section>
<section id="run-section" hidden><h2>Run</h2><div id="run"></div></section>
</main>
<script nonce="${nonce}">${script}</script>
</body></html>
`;
}

const style = `
body { max-width: none; }
main { display: grid; gap: 0 2rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 70rem) { main { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } main > section:first-child { grid-row: span 2; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; } }
.charts { margin-top: 1.2rem; }
.picture.earlier, .costs.earlier { opacity: .5; }
.node { cursor: pointer; } .node:focus { outline: none; }
.node.selected path, .node:focus-visible path { stroke-width: 3.5px; }
.lit .node:not(.on), .lit .edge:not(.on) { opacity: .22; }
.node.frozen path { fill: #e5e7eb; stroke: #9ca3af; } .node.frozen text { fill: #6b7280; }
@media (prefers-color-scheme: dark) { .node.frozen path { fill: #2b3038; stroke: #5f6875; } .node.frozen text { fill: #9aa5b1; } }
#problems { color: #b3261e; padding-left: 1.2rem; } .problem { color: #b3261e; }
@media (prefers-color-scheme: dark) { #problems, .problem { color: #ff8a80; } }
.state { font-weight: 600; }
`;

const script = `
"use strict";
const element = (id) => document.getElementById(id);
let nodes = [];
let edges = [];
let selected = "";
function show() {
  const node = nodes.find(({ id }) => id === selected);
  const on = node && node.kind === "task" ? new Set([node.id, ...node.from]) : undefined;
  element("picture").classList.toggle("lit", on !== undefined);
  for (const { id, weights, name, line } of nodes) {
    const group = element(id);
    if (!group) continue;
    group.classList.toggle("selected", id === selected);
    group.classList.toggle("on", on !== undefined && on.has(id));
    group.classList.toggle("frozen", weights === "frozen");
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.setAttribute("aria-label", name + ", " + line);
  }
  for (const { id, from, to } of edges) element(id)?.classList.toggle("on", on !== undefined && on.has(from) && on.has(to));
  if (node) element("status").textContent = node.line;
}
function choose(target) {
  const group = target.closest ? target.closest(".node") : null;
  const id = group ? group.id : "";
  selected = id === selected ? "" : id;
  show();
  if (selected) fetch("message", { method: "POST", body: JSON.stringify({ selected }) });
}
element("picture").addEventListener("click", ({ target }) => choose(target));
element("picture").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(event.target); }
});
const events = new EventSource("events");
const on = (name, handle) => events.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
on("picture", ({ title, svg, nodes: drawn, edges: lines, problems, isEarlier }) => {
  if (title !== undefined) { element("title").textContent = title; document.title = title; }
  if (svg !== undefined) { element("picture").innerHTML = svg; nodes = drawn; edges = lines; }
  element("picture").classList.toggle("earlier", isEarlier);
  element("status").textContent = isEarlier ? "The picture is of the text before its errors." : "";
  element("problems").hidden = problems.length === 0;
  element("problems").replaceChildren(...problems.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  show();
});
on("costs", ({ html, isEarlier }) => {
  element("costs").innerHTML = html;
  element("costs").className = isEarlier ? "costs earlier" : "costs";
});
on("run", ({ html }) => {
  element("run-section").hidden = html === "";
  element("run").innerHTML = html;
});
on("selected", (id) => { selected = id; show(); });
events.onerror = () => { element("status").textContent = "The preview has ended, or its address has changed."; };
`;
