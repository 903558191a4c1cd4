import { afterAll, beforeAll, expect, test } from "vitest";
import { elementsOfBytes } from "../../serving/open-inference/binary-elements.ts";
import type { Datatype } from "../../serving/open-inference/protocol.ts";
import { type Served, serve } from "../../serving/serve.ts";
import { dataUri, drawing, rounded, runOf, trainedKinds } from "./model.ts";

let served: Served;
beforeAll(async () => {
  const runs = [{ name: "kinds", path: runOf(await trainedKinds()) }];
  served = await serve({ runs, host: "127.0.0.1", port: 0, threads: 1, followSeconds: 0 });
}, 120_000);
afterAll(() => served.close());

test("elements of every type are read from little-endian bytes", () => {
  const big = [2n ** 53n, 2n ** 53n + 1n];
  const cases: readonly (readonly [Datatype, ArrayBufferView<ArrayBuffer>, readonly unknown[]])[] = [
    ["BOOL", Uint8Array.of(0, 1), [false, true]],
    ["UINT8", Uint8Array.of(0, 255), [0, 255]],
    ["UINT16", Uint16Array.of(1, 65_535), [1, 65_535]],
    ["UINT32", Uint32Array.of(1, 2 ** 32 - 1), [1, 2 ** 32 - 1]],
    ["UINT64", BigUint64Array.of(7n, ...big), [7, ...big.map(String)]],
    ["INT8", Int8Array.of(-128, 127), [-128, 127]],
    ["INT16", Int16Array.of(-(2 ** 15), 5), [-(2 ** 15), 5]],
    ["INT32", Int32Array.of(-(2 ** 31), 5), [-(2 ** 31), 5]],
    ["INT64", BigInt64Array.of(-7n, 3n), [-7, 3]],
    ["FP32", Float32Array.of(1.5, Number.NaN), [1.5, null]],
    ["FP64", Float64Array.of(Math.PI, Number.NaN), [Math.PI, null]],
  ];
  for (const [datatype, { buffer, byteLength }, expected] of cases) {
    // The bytes of a tensor begin anywhere in a body.
    const body = new Uint8Array(byteLength + 3);
    body.set(new Uint8Array(buffer), 3);
    const read = elementsOfBytes(body.subarray(3), datatype, expected.length);
    expect([datatype, "elements" in read && [...read.elements]]).toEqual([datatype, expected]);
  }
});

test("numbers of 16 bits are those of IEEE 754", () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x7c00, 0x7e00);
  const read = elementsOfBytes(new Uint8Array(bits.buffer), "FP16", bits.length);
  expect("elements" in read && [...read.elements]).toEqual([
    0,
    -0,
    1,
    -2,
    0.333251953125,
    65_504,
    2 ** -14,
    1023 * 2 ** -24,
    2 ** -24,
    Number.POSITIVE_INFINITY,
    null,
  ]);
});

test("takes and gives tensors in binary form, with the results of JSON", async () => {
  const lengthThenBytes = (text: string | Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const picture = Buffer.from(drawing("#111"));
  const tensors = [
    [
      "words",
      "BYTES",
      ["row 1", "zwölf"],
      Buffer.concat([lengthThenBytes("row 1"), lengthThenBytes(Buffer.from("zwölf"))]),
    ],
    ["facts.weight", "FP16", [1.5, null], Buffer.from("003e007e", "hex")],
    ["facts.colour", "BYTES", ["red", "blue"], Buffer.concat([lengthThenBytes("red"), lengthThenBytes("blue")])],
    [
      "photo",
      "BYTES",
      [dataUri(drawing("#111")), picture.toString("base64")],
      Buffer.concat([picture, picture].map(lengthThenBytes)),
    ],
  ] as const;
  const inBinary = async (outputs: object, order: readonly (typeof tensors)[number][] = tensors) => {
    const described = order.map(([name, datatype, , bytes]) => ({
      name,
      datatype,
      shape: [2],
      parameters: { binary_data_size: bytes.length },
    }));
    const head = Buffer.from(JSON.stringify({ inputs: described, ...outputs }));
    const response = await fetch(`${served.url}/v2/models/kinds/infer`, {
      method: "POST",
      headers: { "inference-header-content-length": String(head.length) },
      body: new Uint8Array(Buffer.concat([head, ...order.map(([, , , bytes]) => bytes)])),
    });
    expect(response.status).toBe(200);
    const all = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get("inference-header-content-length") ?? all.length);
    return { body: JSON.parse(all.toString("utf8", 0, length)), rest: all.subarray(length) };
  };
  const inputs = tensors.map(([name, datatype, data]) => ({ name, datatype, data, shape: [2] }));
  const response = await fetch(`${served.url}/v2/models/kinds/infer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs }),
  });
  const asJson = { body: JSON.parse(await response.text()) };
  expect(rounded((await inBinary({})).body)).toEqual(rounded(asJson.body));
  expect(rounded((await inBinary({}, tensors.toReversed())).body)).toEqual(rounded(asJson.body));

  const dataOf = (name: string) =>
    asJson.body.outputs.find((output: { readonly name: string }) => output.name === name).data;
  const { body, rest } = await inBinary({
    parameters: { binary_data_output: true },
    outputs: [
      { name: "kind.class" },
      { name: "size.value", parameters: { binary_data: false } },
      { name: "kind.probabilities" },
    ],
  });
  const classes = Buffer.concat(dataOf("kind.class").map(lengthThenBytes));
  expect(body.outputs).toMatchObject([
    { name: "kind.class", shape: [2], parameters: { binary_data_size: classes.length } },
    { name: "size.value", data: expect.any(Array) },
    { name: "kind.probabilities", shape: [2, 2], parameters: { binary_data_size: 16, classes: ["a", "b"] } },
  ]);
  expect(body.outputs[0].data).toBeUndefined();
  expect(rest.subarray(0, classes.length)).toEqual(classes);
  const numbers = Array.from({ length: 4 }, (_, at) => rest.readFloatLE(classes.length + 4 * at));
  expect(rounded(numbers)).toEqual(rounded(dataOf("kind.probabilities")));
  expect(rest.length).toBe(classes.length + 16);
});
