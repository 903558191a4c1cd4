import { pictureOf } from "../values/picture-of.ts";
import type { InputSettings } from "./input-of.tsx";

/** The frames of a video: pictures in the order of their names. */
export function VideoInput({ name, modality, value, onValue }: InputSettings<"video">) {
  const frames = Array.isArray(value) ? value : [];
  const open = async (files: FileList | null): Promise<void> => {
    const inOrder = [...(files ?? [])].toSorted((one, other) =>
      one.name.localeCompare(other.name, "en", { numeric: true }),
    );
    const read = await Promise.all(inOrder.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    onValue(read.length === 0 ? undefined : read);
  };
  return (
    <>
      {frames.length > 0 ? (
        <span class="media">
          {frames.map((frame, index) => (
            <img key={index} src={pictureOf(frame)} alt={`${name}, frame ${index + 1}`} />
          ))}
        </span>
      ) : undefined}
      <p class="choose">
        <label class="file-button">
          Open frames
          <input
            type="file"
            multiple
            accept="image/*"
            class="visually-hidden"
            onChange={({ currentTarget }) => void open(currentTarget.files)}
          />
        </label>
        <span class="note">pictures in the order of their names; the model sees {modality.frames}</span>
      </p>
    </>
  );
}
