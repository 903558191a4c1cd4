import { tableColumns } from "../../compiler/features/table-columns.ts";
import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import { NumberGrid } from "../../runtime/data/cells/number-grid.ts";
import type { ResolvedModality, TrainedModel } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";
import { bytesOfBase64 } from "../inputs/raw-values.ts";
import type { Datatype, Element, Elements, TensorMetadata } from "./protocol.ts";

/** A tensor that a model takes, and how a row of it becomes the value of a modality. */
export interface OpenInput extends TensorMetadata {
  readonly modality: string;
  /** The column of a table that the tensor is. */
  readonly column?: string;
  /** True if examples may lack it. */
  readonly isOptional: boolean;
  /** The datatypes that are accepted. */
  readonly accepts: readonly Datatype[];
  /** The shapes that are accepted where they are not those of the metadata. */
  readonly alsoShape?: { readonly [Type in Datatype]?: readonly number[] };
  readonly read: (row: Row) => unknown;
}

/** The elements of a row, and the sizes of its dimensions. */
export interface Row {
  readonly elements: Elements;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
}

type ModalityOf<Kind extends ResolvedModality["kind"]> = Extract<ResolvedModality, { readonly kind: Kind }>;
type Described = Omit<OpenInput, "name" | "modality" | "isOptional"> & { readonly isOptional?: boolean };

const floats: readonly Datatype[] = ["FP64", "FP32", "FP16"];
const numbers: readonly Datatype[] = [
  ...floats,
  "INT64",
  "INT32",
  "INT16",
  "INT8",
  "UINT64",
  "UINT32",
  "UINT16",
  "UINT8",
  "BOOL",
];

const [text, file] = [
  { datatype: "BYTES", accepts: ["BYTES"], shape: [-1], read: ({ elements }: Row) => textOf(elements[0]) },
  { datatype: "BYTES", accepts: ["BYTES"], shape: [-1], read: ({ elements }: Row) => bytesOf(elements[0] ?? null) },
] as const;

/** The tensors of each kind of modality. */
const described: {
  readonly [Kind in ResolvedModality["kind"]]: (modality: ModalityOf<Kind>) => readonly Described[];
} = {
  text: ({ segments }) => [
    segments === 1
      ? text
      : { ...text, shape: [-1, -1], read: ({ elements }: Row) => Array.from<Element, unknown>(elements, textOf) },
  ],
  image: () => [
    {
      ...file,
      accepts: ["BYTES", "UINT8"],
      alsoShape: { UINT8: [-1, -1, -1, -1] },
      read: ({ elements, shape, datatype }) =>
        datatype === "BYTES"
          ? bytesOf(elements[0] ?? null)
          : new NumberGrid(shape, elements instanceof Uint8Array ? elements : Uint8Array.from(elements, Number)),
      parameters: {
        content:
          "a picture's file as base64 or as a data URI (in binary form its bytes), or UINT8 pixels [height, width, channels]",
      },
    },
  ],
  audio: () => [
    { ...file, parameters: { content: "a sound's file as base64 or as a data URI (in binary form its bytes)" } },
  ],
  video: () => [
    {
      ...file,
      shape: [-1, -1],
      read: ({ elements }) => Array.from<Element, unknown>(elements, bytesOf),
      parameters: { content: "the frames: pictures' files as base64 or as data URIs (in binary form their bytes)" },
    },
  ],
  regions: () => [json],
  table: (modality) =>
    tableColumns(modality).map(({ name, kind }) => ({
      column: name,
      datatype: kind === "numeric" ? "FP64" : "BYTES",
      accepts: kind === "numeric" ? numbers : ["BYTES", ...numbers],
      shape: [-1],
      isOptional: true,
      read: ({ elements }) => textOf(elements[0]),
    })),
  series: ({ channels }) => [
    {
      datatype: "FP32",
      accepts: numbers,
      shape: [-1, -1, typeof channels === "number" ? channels : channels.length],
      read: ({ elements, shape: [steps = 0, width = 1] }) => {
        const rows = Array.from({ length: steps }, (_, step) => elements.slice(step * width, (step + 1) * width));
        return typeof channels === "number" ? rows : channels.map((_, channel) => rows.map((row) => row[channel]));
      },
    },
  ],
  tensor: ({ shape }) => [
    { datatype: "FP32", accepts: numbers, shape: [-1, ...shape], read: ({ elements }) => nested(elements, shape) },
  ],
};

/** A value as `/predict` takes it, written as JSON. */
const json: Described = {
  datatype: "BYTES",
  accepts: ["BYTES"],
  shape: [-1],
  parameters: { content: "JSON" },
  read: ({ elements }) => textOf(elements[0]),
};

/** The tensors from which some tasks of a model are predicted. */
export function openInputs(
  { tasks, modalities }: Pick<TrainedModel, "tasks" | "modalities">,
  wanted: readonly string[],
): readonly OpenInput[] {
  const chosen = tasks.filter(({ name }) => wanted.includes(name));
  const inputs = chosen.flatMap((task) =>
    givenInputs(task).map((input) => ({
      ...input,
      hasCandidates: task.candidates?.parts[input.modality] !== undefined,
    })),
  );
  return [...new Set(inputs.map(({ modality }) => modality))].flatMap((name) => {
    const modality = modalities[name];
    if (!modality) return [];
    const uses = inputs.filter((input) => input.modality === name);
    const isOptional = uses.every(({ optional }) => optional);
    // With candidates, a value is a list of values, which differ in number and size.
    const tensors = uses.some(({ hasCandidates }) => hasCandidates) ? [json] : tensorsOf(modality);
    return tensors.map((tensor): OpenInput => ({
      ...tensor,
      modality: name,
      name: tensor.column === undefined ? name : `${name}.${tensor.column}`,
      isOptional: isOptional || tensor.isOptional === true,
    }));
  });
}

function tensorsOf(modality: ResolvedModality): readonly Described[] {
  // The table pairs each kind with its own function, which TypeScript cannot infer through an index.
  const describe = described[modality.kind] as (modality: ResolvedModality) => readonly Described[];
  return describe(modality);
}

/** The bytes of a file; a data URI is left as it is, because the readers of files know it. */
function bytesOf(element: Element): unknown {
  return typeof element !== "string" || element.startsWith("data:") || element === ""
    ? element
    : bytesOfBase64(element);
}

/** The text of an element that came as bytes; other elements are left as they are. */
function textOf(element: Element | undefined): unknown {
  if (!(element instanceof Uint8Array)) return element;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(element);
  } catch {
    throw new RequestFailure("bad_value", "A text is not UTF-8.", "Encode the texts of binary tensors in UTF-8.");
  }
}

function nested(elements: Elements, shape: readonly number[]): unknown {
  const [size = 1, ...inner] = shape;
  if (inner.length === 0) return elements;
  const width = elements.length / size;
  return Array.from({ length: size }, (_, at) => nested(elements.slice(at * width, (at + 1) * width), inner));
}
