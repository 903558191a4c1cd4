import { useEffect, useRef, useState } from "preact/hooks";
import type { InputSettings } from "./input-of.tsx";
import { Camera } from "./camera.tsx";

/** The drawing's size in its own pixels; the model sees it at the size of the modality. */
const size = 280;

/** A drawing by hand, a picture from a file, or one from the camera. */
export function PictureInput({ name, modality, onValue }: InputSettings<"image">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isFilming, setFilming] = useState(false);
  const isDark = modality.background === "black";
  const context = (): CanvasRenderingContext2D | undefined => canvas.current?.getContext("2d") ?? undefined;
  const give = (): void =>
    canvas.current?.toBlob((blob) => {
      void blob?.arrayBuffer().then((bytes) => onValue(new Uint8Array(bytes)));
    });
  const clear = (): void => {
    const drawing = context();
    if (!drawing) return;
    drawing.fillStyle = isDark ? "#000" : "#fff";
    drawing.fillRect(0, 0, size, size);
    onValue(undefined);
  };
  useEffect(clear, []);
  const show = (source: CanvasImageSource, width: number, height: number): void => {
    clear();
    const scale = Math.min(size / width, size / height);
    const [across, down] = [width * scale, height * scale];
    context()?.drawImage(source, (size - across) / 2, (size - down) / 2, across, down);
    give();
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const picture = await createImageBitmap(file);
    show(picture, picture.width, picture.height);
  };
  return (
    <div class="drawing">
      {isFilming ? (
        <Camera
          onPicture={(video) => show(video, video.videoWidth, video.videoHeight)}
          onEnd={() => setFilming(false)}
        />
      ) : undefined}
      <canvas
        ref={canvas}
        width={size}
        height={size}
        hidden={isFilming}
        role="img"
        aria-label={`${name}: draw here`}
        onPointerDown={(event) => begin(event, context(), isDark ? "#fff" : "#111")}
        onPointerMove={(event) => draw(event, context())}
        onPointerUp={give}
      />
      <p class="choose">
        <button type="button" class="quiet small" onClick={clear}>
          Clear
        </button>
        <label class="file-button">
          Open a picture
          <input
            type="file"
            accept="image/*"
            class="visually-hidden"
            onChange={({ currentTarget }) => void open(currentTarget.files?.[0])}
          />
        </label>
        <button type="button" class="quiet small" onClick={() => setFilming(true)}>
          Camera
        </button>
      </p>
    </div>
  );
}

type Pointer = PointerEvent & { readonly currentTarget: HTMLCanvasElement };

function begin(event: Pointer, context: CanvasRenderingContext2D | undefined, colour: string): void {
  if (!context) return;
  event.currentTarget.setPointerCapture(event.pointerId);
  context.strokeStyle = colour;
  context.lineWidth = size / 13;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...position(event));
  context.lineTo(...position(event));
  context.stroke();
}

function draw(event: Pointer, context: CanvasRenderingContext2D | undefined): void {
  if (!context || event.buttons === 0) return;
  context.lineTo(...position(event));
  context.stroke();
}

function position({ currentTarget, offsetX, offsetY }: Pointer): [number, number] {
  return [(offsetX / currentTarget.clientWidth) * size, (offsetY / currentTarget.clientHeight) * size];
}
