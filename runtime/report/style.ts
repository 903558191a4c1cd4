/** Follows the reader's light or dark theme, and fits a narrow window. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1c2128; --faint: #5a6470; --line: #d8dee4; }
@media (prefers-color-scheme: dark) { :root { --page: #15191e; --text: #e3e7ec; --faint: #9aa5b1; --line: #333b44; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; } header p { color: var(--faint); margin: .3rem 0 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; display: flex; flex-direction: column; } figure > svg { width: 100%; height: auto; } figcaption { font-weight: 600; }
.note { color: var(--faint); font-size: .85rem; line-height: 1.4; margin: .2rem 0 .6rem; max-width: 46rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 0; padding: 0 0 0 2.2rem; list-style: none; font-size: .85rem; overflow-wrap: anywhere; } .legend svg { margin-right: .4rem; }
.table, .picture { overflow-x: auto; } .picture svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
pre { overflow-x: auto; font-size: .8rem; } h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
.confusion th, .confusion td { white-space: nowrap; text-align: right; padding: .2rem .5rem; } .confusion th:first-child { text-align: left; } .confusion td.none { color: var(--faint); opacity: .6; }
.confusion td { background: color-mix(in srgb, #d1495b calc(var(--part) * 80%), transparent); } .confusion td.right { background: color-mix(in srgb, #2f9e73 calc(var(--part) * 80%), transparent); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1rem; }
dl { margin: 0; align-content: start; padding: .8rem; border: 1px solid var(--line); border-radius: .4rem; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem .8rem; break-inside: avoid; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; } dd img { max-width: 100%; max-height: 10rem; background: #fff; } dd audio { max-width: 100%; }
.boxed { position: relative; display: inline-block; } .boxed img { min-width: 8rem; display: block; } .boxed svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.boxed rect { fill: none; stroke-width: 2px; vector-effect: non-scaling-stroke; } .boxed .right { stroke: var(--right-box, #1a7f37); } .boxed .predicted { stroke: var(--predicted-box, #cf222e); stroke-dasharray: 4 3; }
summary { cursor: pointer; font-weight: 600; margin: .6rem 0; } details + details { margin-top: .6rem; }
h1, h2, h3, header p, summary { overflow-wrap: anywhere; } figure, tr { break-inside: avoid; }
td:first-child { white-space: nowrap; } td { font-variant-numeric: tabular-nums; } th { color: var(--faint); font-weight: 600; }
`;
