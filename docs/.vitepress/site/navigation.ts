import { pagePath } from "./page-path.ts";

/** A group of the side bar: its pages by their files. */
interface Group {
  readonly text: string;
  readonly collapsed?: true;
  readonly pages: readonly (readonly [text: string, file: string])[];
}

/** All pages in the order in which one may read them. */
export const groups: readonly Group[] = [
  {
    text: "Start",
    pages: [
      ["Overview", "README.md"],
      ["Start with your data", "docs/start/README.md"],
      ["I have a table", "docs/start/csv.md"],
      ["I have a folder of pictures", "docs/start/pictures.md"],
      ["I have pictures and texts", "docs/start/json-lines.md"],
      ["What mtl can do", "docs/features.md"],
    ],
  },
  {
    text: "Learn",
    pages: [
      ["A tour of the language", "docs/tour.md"],
      ["Glossary", "docs/glossary.md"],
    ],
  },
  {
    text: "Guides",
    pages: [
      ["Data", "docs/data.md"],
      ["Balances of losses", "docs/balances.md"],
      ["Start from a pretrained encoder", "docs/pretrained.md"],
      ["What a run leaves", "docs/runs.md"],
      ["Predicting", "docs/predicting.md"],
      ["Engines", "docs/engines.md"],
      ["Search over params", "docs/search.md"],
      ["Serving", "docs/serving.md"],
      ["Compiled graphs", "docs/compile.md"],
      ["PyTorch", "docs/pytorch.md"],
      ["From a laptop to a cluster", "docs/cluster.md"],
      ["In a browser", "docs/browser.md"],
      ["The playground", "docs/playground.md"],
      ["Editors", "docs/editors.md"],
      ["VS Code", "editors/vscode/README.md"],
      ["Troubleshooting", "docs/troubleshooting.md"],
    ],
  },
  {
    text: "Reference",
    pages: [
      ["Blocks and options", "docs/reference.md"],
      ["Grammar", "docs/grammar.md"],
      ["Command line", "docs/commands.md"],
      ["Diagnostics", "docs/diagnostics.md"],
    ],
  },
  {
    text: "API",
    pages: [
      ["mtl as a library", "docs/api.md"],
      ["mtl", "docs/api-report/mtl.md"],
      ["mtl/browser", "docs/api-report/mtl-browser.md"],
      ["mtl/compiler", "docs/api-report/mtl-compiler.md"],
      ["mtl/compiler/node", "docs/api-report/mtl-compiler-node.md"],
      ["mtl/language-service", "docs/api-report/mtl-language-service.md"],
    ],
  },
  { text: "Agents", pages: [["For agents", "docs/for-agents.md"]] },
  {
    text: "Results",
    pages: [
      ["Results", "docs/results.md"],
      ["PyTorch beside mtl", "docs/pytorch-parity.md"],
      ["Experiments", "examples/experiments/README.md"],
      ["Benchmarks", "bench/README.md"],
      ["The data of the examples", "examples/data/README.md"],
      ["The encoder of the examples", "examples/base/README.md"],
    ],
  },
  {
    text: "Project",
    collapsed: true,
    pages: [
      ["Architecture", "ARCHITECTURE.md"],
      ["Contributing", "CONTRIBUTING.md"],
      ["Decisions", "docs/decisions/README.md"],
      ["Versions and releases", "docs/releasing.md"],
      ["Changelog", "CHANGELOG.md"],
      ["Security", "SECURITY.md"],
    ],
  },
];

/** The side bar as VitePress takes it. Pages that no group has, except decisions, are in a group at the end. */
export function sidebarOf(files: readonly string[]) {
  const listed = new Set([...groups.flatMap(({ pages }) => pages.map(([, file]) => file)), "docs/index.md"]);
  const others = files.filter((file) => !listed.has(file) && !file.startsWith("docs/decisions/"));
  const more: Group = { text: "More", pages: others.map((file) => [pagePath(file), file]) };
  return [...groups, ...(others.length > 0 ? [more] : [])].map(({ text, collapsed, pages }) => ({
    text,
    collapsed: collapsed ?? false,
    items: pages.map(([title, file]) => ({ text: title, link: `/${pagePath(file)}` })),
  }));
}
