import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../../state/app-state.ts";
import { pictureOf } from "../values/picture-of.ts";
import type { InputSettings } from "./input-of.tsx";
import { Camera } from "./camera.tsx";

/** The drawing's size in its own pixels; the model sees it at the size of the modality. */
const size = 280;

/** A drawing by hand, a picture from a file, or one from the camera. */
export function PictureInput({ name, modality, value, onValue }: InputSettings<"image">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  /** The value that the canvas shows. */
  const shown = useRef<unknown>(undefined);
  const [isFilming, setFilming] = useState(false);
  const isDark = modality.background === "black";
  const context = (): CanvasRenderingContext2D | undefined => canvas.current?.getContext("2d") ?? undefined;
  const give = (): void =>
    canvas.current?.toBlob((blob) => {
      void blob?.arrayBuffer().then((bytes) => {
        shown.current = new Uint8Array(bytes);
        onValue(shown.current);
      });
    });
  const paper = isDark ? "#000" : "#fff";
  const show = (source: CanvasImageSource, width: number, height: number): void => {
    const drawing = context();
    if (!drawing) return;
    wipe(drawing, paper);
    fit(drawing, source, width, height);
  };
  const showAddress = async (address: string): Promise<void> => {
    const picture = await pictureAt(address);
    show(picture, picture.naturalWidth || size, picture.naturalHeight || size);
  };
  useEffect(() => {
    if (value === shown.current && value !== undefined) return;
    shown.current = value;
    const drawing = context();
    if (drawing) wipe(drawing, paper);
    // The model sees a picture of the data as it is, and not as the canvas shows it.
    const address = pictureOf(value);
    if (address !== undefined) void showAddress(address).catch(() => undefined);
  }, [value]);
  const open = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const address = URL.createObjectURL(file);
    try {
      await showAddress(address);
      give();
    } catch {
      say(`The browser cannot show ${file.name} as a picture. Open a PNG or a JPEG.`);
    }
    URL.revokeObjectURL(address);
  };
  return (
    <div class="drawing">
      {isFilming ? (
        <Camera
          onPicture={(video) => {
            show(video, video.videoWidth, video.videoHeight);
            give();
          }}
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
        <button type="button" class="quiet small" onClick={() => onValue(undefined)}>
          Clear
        </button>
        <label class="file-button">
          Open a picture
          <input
            type="file"
            accept="image/*"
            class="visually-hidden"
            onChange={({ currentTarget }) => {
              void open(currentTarget.files?.[0]);
              currentTarget.value = "";
            }}
          />
        </label>
        <button type="button" class="quiet small" onClick={() => setFilming(true)}>
          Camera
        </button>
      </p>
    </div>
  );
}

async function pictureAt(address: string): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return picture;
}

function wipe(drawing: CanvasRenderingContext2D, colour: string): void {
  drawing.fillStyle = colour;
  drawing.fillRect(0, 0, size, size);
}

/** Draws a picture as large as the canvas has room for. */
function fit(drawing: CanvasRenderingContext2D, source: CanvasImageSource, width: number, height: number): void {
  const scale = Math.min(size / width, size / height);
  const [across, down] = [width * scale, height * scale];
  // The pixels of a small picture stay what they are.
  drawing.imageSmoothingEnabled = scale < 2;
  drawing.drawImage(source, (size - across) / 2, (size - down) / 2, across, down);
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
