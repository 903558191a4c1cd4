import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../runtime/host/package-root.ts";

/** An import. `from` is a path in this repository; `to` is such a path or the name of a module. */
interface Import {
  readonly from: string;
  readonly to: string;
}

interface Rule {
  readonly name: string;
  readonly of: readonly string[];
  readonly not?: readonly string[];
  /** All modules that these files may import, in addition to each other. */
  readonly only?: readonly string[];
  /** Modules that these files may not import. */
  readonly never?: readonly string[];
  /** Imports that break the rule, each with the reason. An exception that is no longer needed must be removed. */
  readonly exceptions?: readonly (Import & { readonly why: string })[];
}

const rules: readonly Rule[] = [
  { name: "the grammar depends on no other folder", of: ["grammar/**"], only: ["chevrotain"] },
  {
    name: "highlighting needs the grammar only",
    of: ["editors/highlight/**"],
    only: ["grammar/**", "chevrotain", "highlight.js"],
  },
  {
    name: "the graph uses the syntax tree's spans and nothing else of the language",
    of: ["compiler/graph/**", "compiler/passes/**", "compiler/lower/**"],
    only: ["grammar/ast.ts", "protobufjs/light.js"],
  },
  {
    name: "names are resolved from the text, the standard library and the schema, before anything is evaluated",
    of: ["compiler/resolve/**"],
    only: [
      "grammar/**",
      "compiler/bind/**",
      "compiler/schema/**",
      "compiler/prelude/prelude.ts",
      "compiler/lazy-map.ts",
    ],
  },
  {
    name: "differentiation uses graphs and the options of a stage, and does not know where graphs come from",
    of: ["compiler/differentiate/**", "compiler/balance/**"],
    only: [
      "compiler/graph/**",
      "compiler/passes/**",
      "compiler/stage/plan.ts",
      "compiler/schema/**",
      "compiler/balance/**",
    ],
  },
  {
    name: "diagnostics use only spans of a text",
    of: ["compiler/diagnostics/**"],
    only: ["grammar/ast.ts", "compiler/{counted,edited-text,limits}.ts", "fastest-levenshtein"],
  },
  {
    name: "the compiler touches no file, process or network",
    of: ["compiler/**"],
    never: ["node:*", "node:*/**", "runtime/**", "cli/**"],
  },
  {
    name: "the compiler does not depend on the code that presents its results",
    of: ["compiler/**"],
    // These are entry points of the package: all of the compiler, and the formatter as a plugin.
    not: [
      "compiler/index.ts",
      "compiler/prettier-plugin.ts",
      "compiler/diagram/**",
      "compiler/expand/**",
      "compiler/formatter/**",
    ],
    never: ["compiler/diagram/**", "compiler/expand/**", "compiler/formatter/**"],
    exceptions: [
      {
        from: "compiler/schema/prelude-reference.ts",
        to: "compiler/formatter/print.ts",
        why: "the manual shows signatures of blocks as the formatter writes them",
      },
    ],
  },
  {
    name: "the formatter needs the grammar only",
    of: ["compiler/formatter/**"],
    only: ["grammar/**", "compiler/edited-text.ts", "prettier/doc", "prettier"],
  },
  {
    name: "nothing depends on the language server and the prediction server but the command line",
    of: ["grammar/**", "compiler/**", "runtime/**"],
    never: ["language-server/**", "serving/**"],
  },
  {
    name: "the prediction server uses the runtime, not the language server or the command line",
    of: ["serving/**"],
    only: [
      "compiler/{features,targets,schema}/**",
      "runtime/**",
      "fastify",
      "@fastify/multipart",
      "prom-client",
      "node:crypto",
      "node:stream",
    ],
  },
  {
    name: "batches, inputs and the protocol of the prediction server know no HTTP",
    of: ["serving/{batching,inputs,models,open-inference,openapi}/**"],
    never: ["fastify", "@fastify/multipart", "prom-client", "node:*"],
  },
  {
    name: "the playground uses the compiler, the language service and the runtime's browser entry",
    of: ["playground/**"],
    not: ["playground/{vite.config,build/downloads}.ts"],
    only: [
      "grammar/**",
      "compiler/**",
      "runtime/browser/**",
      "runtime/engines/has-adapter.ts",
      "runtime/report/{chart,charts-of,series-look}.ts",
      "runtime/report/boxed-picture.ts",
      // Types of what a training says.
      "runtime/{data/data,evaluation/evaluate-split,evaluation/evaluation-file,run/metrics-log,targets/prediction}.ts",
      "runtime/{boxes/overlap,model/run-examples,retrieval/ranked-candidate,targets/runtime-target}.ts",
      "examples/playground/{page-examples,page-specification}.ts",
      "language-server/service/**",
      "editors/highlight/highlight.js",
      "@codemirror/*",
      "@preact/signals",
      "fflate",
      "highlight.js/**",
      "preact",
      "preact/**",
    ],
  },
  {
    name: "nothing depends on the playground",
    of: ["{grammar,compiler,runtime,language-server,editors,cli}/**"],
    never: ["playground/**"],
  },
  {
    name: "the language service is pure: it knows no protocol and no machine",
    of: ["language-server/service/**"],
    only: ["grammar/**", "compiler/**", "prettier/standalone"],
  },
  {
    name: "the server knows its machine through its workspace host and its addresses alone",
    of: ["language-server/server/**"],
    not: ["language-server/server/{serve-stdio,uris,node-workspace-host,weights-on-disk}.ts"],
    never: ["node:*", "node:*/**", "runtime/**", "vscode-languageserver/node"],
  },
  {
    name: "the runtime reaches the machine through its host alone",
    of: ["runtime/**"],
    not: ["runtime/host/**"],
    never: ["node:*", "node:*/**", "sharp"],
  },
  {
    name: "the host imports nothing of ours",
    of: ["runtime/host/**"],
    not: ["runtime/host/browser/**"],
    only: ["node:*", "node:*/**", "sharp", "csv-parse"],
  },
  {
    name: "the host of a browser imports nothing of Node",
    of: ["runtime/host/browser/**"],
    // The types of its exports are those of the modules that it replaces.
    never: ["node:*", "node:*/**", "sharp", "csv-parse", "grammar/**", "compiler/**"],
  },
  {
    name: "training in a worker of a page is the runtime's own training, and a bundler chooses its host",
    of: ["runtime/browser/**"],
    only: [
      "runtime/*",
      "runtime/{data,engines,evaluation,export,host,model,report,retrieval,run,synth,train}/**",
      "compiler/diagnostics/diagnostic.ts",
    ],
    never: ["runtime/host/browser/**"],
  },
  {
    name: "only pages know training in a worker of a page",
    of: ["{grammar,compiler,runtime,language-server,serving,cli}/**"],
    not: ["runtime/browser/**"],
    never: ["runtime/browser/**"],
  },
  {
    name: "the runtime sees graphs, plans and resolved specifications, not the language",
    of: ["runtime/**"],
    never: [
      "cli/**",
      "grammar/**",
      "compiler/{bind,check,declare,diagram,elaborate,expand,formatter,passes,prelude}/**",
    ],
    exceptions: [
      ...(
        [
          ["model-facts", "build-diagram"],
          ["model-facts", "diagram"],
          ["write-report", "build-diagram"],
          ["write-report", "svg"],
        ] as const
      ).map(([from, to]) => ({
        from: `runtime/report/${from}.ts`,
        to: `compiler/diagram/${to}.ts`,
        why: "a report shows the picture of the model, and two runs are compared by it",
      })),
      ...["compiler/bind/bind.ts", "compiler/elaborate/uses.ts"].map((to) => ({
        from: "runtime/synth/write-synthetic-data.ts",
        to,
        why: "the copy of a specification has other paths in the text of its data sets",
      })),
      { from: "runtime/index.ts", to: "grammar/ast.ts", why: "diagnostics have spans" },
    ],
  },
];

const root = packageRoot();
const folders = [
  "grammar",
  "compiler",
  "runtime",
  "language-server",
  "editors/highlight",
  "cli",
  "serving",
  "playground",
];
const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => posix.join(folder, path.replaceAll("\\", "/")))
    .filter((path) => /\.tsx?$/u.test(path)),
);
const textOf = new Map(sources.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const imports = [...textOf].flatMap(([from, text]) =>
  [...text.matchAll(/^(?:import|export)\b[^"';]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
    (match): Import => {
      const specifier = match[1] ?? match[2] ?? match[3] ?? "";
      return { from, to: specifier.startsWith(".") ? posix.join(dirname(from), specifier) : specifier };
    },
  ),
);

function broken({ of, not = [], only, never = [], exceptions = [] }: Rule): readonly string[] {
  const isOurs = picomatch([...of], { ignore: [...not] });
  const isForbidden = picomatch([...never]);
  const isAllowed = picomatch([...of, ...(only ?? ["**"])]);
  const wrong = imports.filter(({ from, to }) => isOurs(from) && (isForbidden(to) || !isAllowed(to)));
  const same = (a: Import) => (b: Import) => a.from === b.from && a.to === b.to;
  return [
    ...wrong.filter((each) => !exceptions.some(same(each))).map(({ from, to }) => `${from} imports ${to}`),
    ...exceptions
      .filter((each) => !wrong.some(same(each)))
      .map(({ from, to }) => `${from} no longer imports ${to}: strike the exception`),
  ];
}

describe("imports", () => {
  test("are found", () => {
    expect(imports).toContainEqual({ from: "compiler/bind/load.ts", to: "grammar/parse.ts" });
    expect(imports).toContainEqual({ from: "grammar/chevrotain.ts", to: "chevrotain" });
  });

  test.each(rules)("$name", (rule) => expect(broken(rule)).toEqual([]));

  test("of packages are declared as dependencies, so that an installed mtl has them", () => {
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    ) as Record<string, object>;
    const declared = new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    // The packages of a page are bundled into it.
    const packages = imports
      .filter(({ from }) => !from.startsWith("playground/"))
      .map(({ to }) => to)
      .filter((to) => !/^(?:node:|grammar\/|compiler\/|runtime\/|language-server\/|serving\/|editors\/|cli\/)/.test(to))
      .map((to) =>
        to
          .split("/")
          .slice(0, to.startsWith("@") ? 2 : 1)
          .join("/"),
      );
    expect([...new Set(packages)].filter((name) => !declared.has(name))).toEqual([]);
  });
});

/** The modules that are loaded with a file, through imports that are not only types. */
function loadedWith(path: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (loaded.has(next)) continue;
    loaded.add(next);
    const text = textOf.get(next) ?? "";
    for (const [, what = "", specifier = ""] of text.matchAll(/^(?:import|export)\b([^"';]*?)\bfrom "([^"]+)"/gm)) {
      const names = /\{([^}]*)\}/.exec(what)?.[1]?.split(",") ?? [];
      const isType =
        /^ type\b/.test(what) || (names.length > 0 && names.every((name) => /^\s*(?:type\s.*)?$/.test(name)));
      if (!isType) open.push(specifier.startsWith(".") ? posix.join(dirname(next), specifier) : specifier);
    }
  }
  return loaded;
}

test("a command line without a verb loads no stage of the compiler, no engine's package and no grammar", () => {
  const loaded = [...loadedWith("cli/run-cli.ts")];
  expect(loaded).toContain("cli/verbs/check.ts");
  const isLight = picomatch([
    "cli/**",
    "runtime/{files,host,engines,predict,data}/*",
    "runtime/*",
    "runtime/export/manifest.ts",
    "runtime/search/{method-names,trial,trial-rows,export/search-libraries}.ts",
    "compiler/{counted,edited-text,limits}.ts",
    "compiler/diagnostics/**",
    "node:*",
    "node:*/**",
    "commander",
    "fastest-levenshtein",
  ]);
  expect(loaded.filter((path) => !isLight(path))).toEqual([]);
  expect(loaded.length).toBeLessThan(100);
  expect([...loadedWith("cli/compile-specification.ts")]).toContain("chevrotain");
});

test("a prediction server loads nothing that formats specifications or draws pictures of models and runs", () => {
  const loaded = [...loadedWith("serving/serve.ts")];
  expect(loaded).toContain("runtime/model/load.ts");
  expect(loaded.filter((path) => /^(?:vega|vega-lite|prettier|@viz-js)\b|^runtime\/report\//u.test(path))).toEqual([
    "runtime/report/style.ts",
  ]);
});

test("the entries of the API load nothing that draws before something is drawn", () => {
  for (const entry of ["runtime/index.ts", "compiler/index.ts", "language-server/service/index.ts"])
    expect([...loadedWith(entry)].filter((path) => /^(?:vega|vega-lite|@viz-js)\b/u.test(path))).toEqual([]);
});

/** Files whose code has one of these texts outside of comments. */
function saying(files: readonly string[], words: RegExp): readonly string[] {
  return files.filter((path) => words.test((textOf.get(path) ?? "").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")));
}

test("the compiler is a function of its inputs: it reads no clock, environment or random number", () => {
  const isCore = picomatch(["grammar/**", "compiler/**"]);
  const core = sources.filter((path) => isCore(path));
  expect(saying(core, /\bprocess\.|\bDate\b|\bperformance\.|\bMath\.random\b|\bfetch\(/)).toEqual([]);
});

/** Globals of Node that the runtime gets from a module of its host, since a page has none or another. */
const ofHost = [
  { name: "process", said: /(?<![."'`\w])process\.[a-z]/, module: "machine" },
  { name: "Buffer", said: /(?<![."'`\w])Buffer\b/, module: "bytes" },
] as const;

test.each(ofHost)("the runtime asks its host for $name", ({ name, said, module }) => {
  const isRuntime = picomatch(["runtime/**"], { ignore: ["runtime/host/**"] });
  const imported = new RegExp(`import (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from "[^"]*host/${module}\\.ts"`);
  const asking = saying(
    sources.filter((path) => isRuntime(path)),
    said,
  );
  expect(asking.length).toBeGreaterThan(0);
  expect(asking.filter((path) => !imported.test(textOf.get(path) ?? ""))).toEqual([]);
});

test("all random numbers come from seeded generators", () => {
  expect(saying(sources, /\bMath\.random\b|\bgetRandomValues\b/)).toEqual([]);
});

test("no file is longer than 400 lines", () => {
  expect([...textOf].filter(([, text]) => text.trimEnd().split("\n").length > 400).map(([path]) => path)).toEqual([]);
});
