import { useMemo, useRef, useState } from "preact/hooks";
import { say } from "../../state/app-state.ts";
import { wavOf } from "./wav-of.ts";
import type { InputSettings } from "./input-of.tsx";

/** A sound from the microphone or from a file. */
export function SoundInput({ name, value, onValue }: InputSettings<"audio">) {
  const recorder = useRef<MediaRecorder | null>(null);
  const [isRecording, setRecording] = useState(false);
  const heard = useMemo(
    () => (value instanceof Uint8Array ? URL.createObjectURL(new Blob([new Uint8Array(value)])) : ""),
    [value],
  );
  const give = (bytes: ArrayBuffer): void => onValue(new Uint8Array(bytes));
  const record = async (): Promise<void> => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(stream);
      const pieces: Blob[] = [];
      made.ondataavailable = ({ data }) => void pieces.push(data);
      made.onstop = () => {
        setRecording(false);
        for (const track of stream.getTracks()) track.stop();
        void new Blob(pieces)
          .arrayBuffer()
          .then(wavOf)
          .then(give)
          .catch(() => say("The browser cannot read what was recorded."));
      };
      recorder.current = made;
      made.start();
      setRecording(true);
    } catch {
      say("The browser gives no sound of a microphone to this page.");
    }
  };
  return (
    <>
      <p class="choose">
        <button type="button" class="outlined" onClick={() => (isRecording ? recorder.current?.stop() : void record())}>
          {isRecording ? "Stop recording" : "Record"}
        </button>
        <label class="file-button">
          Open a sound
          <input
            type="file"
            accept="audio/*"
            class="visually-hidden"
            onChange={({ currentTarget: { files } }) => {
              const file = files?.[0];
              if (file) void file.arrayBuffer().then(give);
            }}
          />
        </label>
      </p>
      {heard === "" ? undefined : <audio controls src={heard} aria-label={name} />}
    </>
  );
}
