import { useEffect, useRef, useState } from "preact/hooks";

interface CameraSettings {
  readonly onPicture: (video: HTMLVideoElement) => void;
  readonly onEnd: () => void;
}

/** The camera's picture, until the reader takes one. */
export function Camera({ onPicture, onEnd }: CameraSettings) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isWanted = true;
    const release = (): void => stream?.getTracks().forEach((track) => track.stop());
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment" } })
      .then((opened) => {
        stream = opened;
        if (!isWanted) release();
        else if (video.current) video.current.srcObject = opened;
      })
      .catch(() => setProblem("The browser gives no picture of a camera to this page."));
    return () => {
      isWanted = false;
      release();
    };
  }, []);
  const take = (): void => {
    if (video.current) onPicture(video.current);
    onEnd();
  };
  return (
    <div class="camera">
      {problem === "" ? (
        <video ref={video} autoPlay muted playsInline aria-label="Camera" />
      ) : (
        <p class="problem">{problem}</p>
      )}
      <p class="choose">
        <button type="button" class="primary" disabled={problem !== ""} onClick={take}>
          Take the picture
        </button>
        <button type="button" class="quiet" onClick={onEnd}>
          Cancel
        </button>
      </p>
    </div>
  );
}
