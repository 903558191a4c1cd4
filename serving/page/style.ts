import { style as reportStyle } from "../../runtime/report/style.ts";

export const style = `${reportStyle}
:root { --accent: #0b63c5; --error: #b3261e; } @media (prefers-color-scheme: dark) { :root { --accent: #6cb0ff; --error: #ff8a80; } }
main { display: grid; gap: 0 3rem; grid-template-columns: minmax(0, 1fr); } @media (min-width: 55rem) { main { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
form p, fieldset { margin: 1rem 0; } label, legend { display: block; font-weight: 600; margin-bottom: .3rem; } .hint { color: var(--faint); font-size: .85rem; margin: .2rem 0 0; font-weight: 400; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem 1rem 1rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: .8rem; } legend { padding: 0 .3rem; }
input, select, textarea { box-sizing: border-box; width: 100%; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--faint); border-radius: .3rem; padding: .4rem .5rem; } textarea { min-height: 4rem; }
button { font: inherit; font-weight: 600; color: var(--page); background: var(--accent); border: 1px solid var(--accent); border-radius: .3rem; padding: .45rem 1.1rem; cursor: pointer; margin: .3rem 0; } button[type=button] { color: var(--accent); background: none; } button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; } a { color: var(--accent); }
.preview { max-width: 100%; max-height: 10rem; margin-top: .5rem; background: #fff; border: 1px solid var(--line); }
.failed { color: var(--error); } #answer h3 { margin: 1.2rem 0 .3rem; } .best { font-size: 1.3rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.shares { width: 100%; } .shares td:last-child { text-align: right; white-space: nowrap; padding-right: 0; } .shares td:nth-child(2) { width: 50%; } meter { width: 100%; height: .8rem; }
`;
