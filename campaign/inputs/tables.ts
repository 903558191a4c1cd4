import type { Random } from "../random.ts";

const cells = [
  "a",
  "b",
  "",
  "1",
  "-0",
  "1e999",
  "NaN",
  "0x1F",
  "9007199254740993",
  '"',
  '"""',
  ",",
  ";",
  "\t",
  "\r",
  "\0",
  "\u001B[31m",
  "ﬀ",
  "\uFEFF",
  "data:image/gif;base64,R0lGODlh",
  "/dev/zero",
  "../../etc/passwd",
  "{",
  "[[[[",
  "null",
  "true",
];

/** Makes a table of hostile rows in a random format. */
export function hostileTable(random: Random): { readonly name: string; readonly content: string | Buffer } {
  const kinds: readonly (() => { readonly name: string; readonly content: string | Buffer })[] = [
    () => ({
      name: "t.csv",
      content: [
        "input,k,n",
        ...rows(random, () => [random.of(cells), random.of(cells), random.of(cells)].join(",")),
      ].join(random.of(["\n", "\r\n", "\r"])),
    }),
    () => ({
      name: "t.csv",
      content: `${"c,".repeat(random.of([1, 1000, 100_000]))}k\n${rows(random, () => random.of(cells)).join("\n")}`,
    }),
    () => ({
      name: "t.jsonl",
      content: rows(random, () =>
        JSON.stringify({ input: value(random, 3), k: value(random, 2), n: value(random, 1) }),
      ).join("\n"),
    }),
    () => ({
      name: "t.jsonl",
      content: `${"[".repeat(random.of([3, 4000, 100_000]))}\n{"input": "a", "k": "b", "n": 1}`,
    }),
    () => ({
      name: "t.jsonl",
      content: rows(
        random,
        () =>
          `{"input": "${random.of(["a", "b", "a".repeat(200_000)])}", "k": "${random.of(["x", "y"])}", "n": ${random.below(9)}}`,
      ).join("\n"),
    }),
    () => ({
      name: random.of(["t.json", "t.parquet", "t.arrow", "t-ubyte", "t.csv.gz", "t.tsv"]),
      content: Buffer.from(Array.from({ length: random.below(400) }, () => random.below(256))),
    }),
  ];
  return random.of(kinds)();
}

function rows(random: Random, row: () => string): readonly string[] {
  return Array.from({ length: random.of([0, 1, 30, 200]) }, row);
}

function value(random: Random, depth: number): unknown {
  if (depth === 0 || random.next() < 0.6) return random.of<unknown>([...cells, 1, -1, 1e308, null, true, 0.1]);
  return random.next() < 0.5
    ? Array.from({ length: random.below(4) }, () => value(random, depth - 1))
    : { __proto__: 1, ["toString"]: value(random, depth - 1) };
}
