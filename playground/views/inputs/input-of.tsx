import type { ComponentChildren, ComponentType } from "preact";
import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import { JsonInput } from "./json-input.tsx";
import { PictureInput } from "./picture-input.tsx";
import { SoundInput } from "./sound-input.tsx";
import { TableInput } from "./table-input.tsx";
import { TextInput } from "./text-input.tsx";

type Kind = ResolvedModality["kind"];

export interface InputSettings<Of extends Kind = Kind> {
  readonly name: string;
  readonly modality: Extract<ResolvedModality, { readonly kind: Of }>;
  /** `undefined` while there is no value. */
  readonly onValue: (value: unknown) => void;
}

const inputs: { readonly [Of in Kind]: ComponentType<InputSettings<Of>> } = {
  image: PictureInput,
  text: TextInput,
  audio: SoundInput,
  table: TableInput,
  video: JsonInput,
  regions: JsonInput,
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
