import { useRef, useState } from "preact/hooks";
import { say } from "../../state/app-state.ts";
import { wavOf } from "./wav-of.ts";
import type { InputSettings } from "./input-of.tsx";

/** A sound from the microphone or from a file. */
export function SoundInput({ name, onValue }: InputSettings<"audio">) {
  const recorder = useRef<MediaRecorder | null>(null);
  const [isRecording, setRecording] = useState(false);
  const [heard, setHeard] = useState("");
  const give = async (bytes: ArrayBuffer, type: string): Promise<void> => {
    setHeard(URL.createObjectURL(new Blob([bytes], { type })));
    onValue(new Uint8Array(bytes));
  };
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
          .then((wav) => give(wav, "audio/wav"));
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
              if (file) void file.arrayBuffer().then((bytes) => give(bytes, file.type));
            }}
          />
        </label>
      </p>
      {heard === "" ? undefined : <audio controls src={heard} aria-label={name} />}
    </>
  );
}
