"""What Pillow makes of pictures: the reference of runtime/data/pictures. Reads a list of requests as JSON, writes the bytes of each in base64.

With a folder as its argument it first draws the pictures of the fixture there (deterministic), and then writes expected.json for them."""
import base64, json, math, os, sys
from PIL import Image, ImageOps


def grid(file, height, width, channels, fit, background):
    image = ImageOps.exif_transpose(Image.open(file))
    has_opacity = "A" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if has_opacity else "RGB")
    if has_opacity and channels % 2 == 1:
        under = Image.new("RGB", image.size, background)
        under.paste(image, mask=image.getchannel("A"))
        image = under
    image = image.convert({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels])
    size, level = (width, height), 255 if background == "white" else 0
    if fit == "stretch":
        image = image.resize(size, Image.LANCZOS)
    elif fit == "cover":
        image = ImageOps.fit(image, size, Image.LANCZOS)
    else:
        beside = {1: level, 2: (level, 0), 3: (level,) * 3, 4: (level,) * 3 + (0,)}[channels]
        image = ImageOps.pad(image, size, Image.LANCZOS, color=beside)
    return image.tobytes()


def draw(folder):
    def wave(x, y, k):
        return int(127.5 + 127.5 * math.sin(0.9 * x * (k + 1) / 3 + 0.7 * y + k)) if (x * 7 + y * 5) % 11 else (255 if (x + y) % 2 else 0)

    def save(name, image, **more):
        image.save(os.path.join(folder, name), **more)

    colour = Image.new("RGB", (37, 23))
    colour.putdata([tuple(wave(x, y, k) for k in range(3)) for y in range(23) for x in range(37)])
    save("colour.png", colour)
    glass = Image.new("RGBA", (26, 41))
    glass.putdata([tuple(wave(x, y, k) for k in range(3)) + (min(255, x * y % 300),) for y in range(41) for x in range(26)])
    save("glass.png", glass)
    grey = Image.new("L", (30, 30))
    grey.putdata([wave(x, y, 1) for y in range(30) for x in range(30)])
    save("grey.png", grey)
    save("palette.png", colour.quantize(16), transparency=3)
    save("bits.png", grey.convert("1"))
    exif = Image.Exif()
    for orientation in range(2, 9):
        exif[0x0112] = orientation
        save(f"turned-{orientation}.png", colour, exif=exif)
    save("photo.jpg", colour.resize((74, 46), Image.BICUBIC), quality=92)


def requests():
    every = [(c, f, b) for c in (1, 2, 3, 4) for f in ("contain", "cover", "stretch") for b in ("white", "black")]
    some = [(3, "contain", "white"), (1, "cover", "white"), (4, "stretch", "black")]
    sizes = [(8, 8), (16, 11), (24, 31)]
    for file in ("colour.png", "glass.png"):
        for index, (channels, fit, background) in enumerate(every):
            height, width = sizes[index % 3]
            yield dict(file=file, height=height, width=width, channels=channels, fit=fit, background=background)
    for file in ("grey.png", "palette.png", "bits.png", "photo.jpg"):
        for index, (channels, fit, background) in enumerate(some):
            height, width = sizes[index % 3]
            yield dict(file=file, height=height, width=width, channels=channels, fit=fit, background=background)
    for orientation in range(2, 9):
        yield dict(file=f"turned-{orientation}.png", height=9, width=7, channels=3, fit="contain", background="white")
    # Nothing is resized.
    yield dict(file="colour.png", height=23, width=37, channels=3, fit="contain", background="white")
    yield dict(file="colour.png", height=40, width=37, channels=3, fit="cover", background="white")


if len(sys.argv) > 1:
    folder = sys.argv[1]
    draw(folder)
    found = [dict(request, bytes=base64.b64encode(grid(**dict(request, file=os.path.join(folder, request["file"])))).decode()) for request in requests()]
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump({"pillow": Image.__version__, "grids": found}, out, indent=0)
        out.write("\n")
else:
    json.dump([base64.b64encode(grid(**request)).decode() for request in json.load(sys.stdin)], sys.stdout)
