import type { ComponentChildren, ComponentType } from "preact";
import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import { JsonInput } from "./json-input.tsx";
import { PictureInput } from "./picture-input.tsx";
import { RegionsInput } from "./regions-input.tsx";
import { SoundInput } from "./sound-input.tsx";
import { TableInput } from "./table-input.tsx";
import { TextInput } from "./text-input.tsx";
import { VideoInput } from "./video-input.tsx";

type Kind = ResolvedModality["kind"];

export interface InputSettings<Of extends Kind = Kind> {
  readonly name: string;
  readonly modality: Extract<ResolvedModality, { readonly kind: Of }>;
  /** The present value: the reader's, or that of a row of the data; `undefined` while there is none. */
  readonly value: unknown;
  /** The parts of the value that may be several candidates, for a task that ranks. */
  readonly candidates?: readonly ("shared" | "each")[] | undefined;
  /** True if a task finds hidden tokens of it. */
  readonly isHidden?: boolean;
  readonly onValue: (value: unknown) => void;
}

const inputs: { readonly [Of in Kind]: ComponentType<InputSettings<Of>> } = {
  image: PictureInput,
  text: TextInput,
  audio: SoundInput,
  table: TableInput,
  video: VideoInput,
  regions: RegionsInput,
  series: JsonInput,
  tensor: JsonInput,
};

/** The way in which a reader gives a value of a modality. */
export function InputOf(settings: InputSettings) {
  const Input = inputs[settings.modality.kind] as ComponentType<InputSettings>;
  return (
    <Field label={settings.name}>
      <Input {...settings} />
    </Field>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <fieldset class="input">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}
