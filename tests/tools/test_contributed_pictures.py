"""Contributed pictures: what is refused, and what is left of the others."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

import contributed
from contributed import pictures
from contributed.pictures import PictureError, reencoded
from entries import DAY, FRONT, repository
from entries import NAME as ENTRY

NAME = f"{DAY}-a-arms.png"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository's reflections with one entry that shows a picture."""
    folder = repository(tmp_path) / "reflections"
    (folder / ENTRY).write_text(f"{FRONT}![Arms](images/{NAME})\n", "utf-8")
    return folder


def picture(kind: str = "PNG", **options: object) -> bytes:
    """A picture of a few pixels that are not all the same."""
    mode = str(options.pop("mode", "RGB"))
    width, height = options.pop("size", (6, 4))  # type: ignore[misc]
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    if mode == "RGBA":
        image.putalpha(128)
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def found(folder: Path) -> list[str]:
    problems = contributed.problems(folder.parent)
    return [str(problem) for problem in problems]


def put(folder: Path, data: bytes, name: str = NAME) -> Path:
    path = folder / "images" / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("suffix", "kind", "mode"),
    [
        *(("png", "PNG", mode) for mode in ("RGB", "RGBA", "P", "L", "1")),
        *(("jpg", "JPEG", mode) for mode in ("RGB", "L", "CMYK")),
        *(("webp", "WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_allowed_pictures_pass(
    folder: Path, suffix: str, kind: str, mode: str
) -> None:
    name = NAME.replace("png", suffix)
    (folder / ENTRY).write_text(f"{FRONT}![Arms](images/{name})\n", "utf-8")
    path = put(folder, picture(kind, mode=mode), name)
    assert found(folder) == []
    made = reencoded(path)
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size) == (kind, (6, 4))
        assert image.has_transparency_data == (mode == "RGBA")
    assert made == reencoded(path)
    assert pictures.published(folder.parent) == {name: made}


def bomb() -> bytes:
    """A file of some hundred bytes that says it is 30,000 pixels wide."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return (
            struct.pack(">I", len(data))
            + body
            + struct.pack(">I", zlib.crc32(body))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, kind, save_all=True, append_images=frames[1:])
    return made.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
NO_NAME, NO_PICTURE = "only pictures named", "expected one still"
WRONG: dict[str, tuple[str, bytes, str]] = {
    "SVG": ("a-x.svg", SVG, NO_NAME),
    "HTML": ("a-x.html", b"<script>alert(1)</script>", NO_NAME),
    "capitals": ("a-X.png", picture(), NO_NAME),
    "another suffix": ("a-x.jpeg", picture("JPEG"), NO_NAME),
    "two suffixes": ("a-x.html.png", picture(), NO_NAME),
    "SVG by another name": ("a-x.png", SVG, NO_PICTURE),
    "a GIF by another name": ("a-x.png", picture("GIF"), NO_PICTURE),
    "JPEG by another name": ("a-x.png", picture("JPEG"), NO_PICTURE),
    "PNG by another name": ("a-x.jpg", picture(), NO_PICTURE),
    "cut off": ("a-x.png", picture(size=(99, 99))[:-60], NO_PICTURE),
    "empty": ("a-x.png", b"", NO_PICTURE),
    "heavy": ("a-x.png", picture() + bytes(300 * 1024), "at most 307200"),
    "wide": ("a-x.png", picture(size=(2001, 1)), "2001 x 1 pixels"),
    "high": ("a-x.webp", picture("WEBP", size=(1, 2001)), "1 x 2001"),
    "a bomb": ("a-x.png", bomb(), "DecompressionBomb"),
    "moving PNG": ("a-x.png", moving("PNG"), "moving"),
    "moving WebP": ("a-x.webp", moving("WEBP"), "moving"),
}


@pytest.mark.parametrize("what", WRONG)
def test_other_pictures_are_refused(folder: Path, what: str) -> None:
    rest, data, says = WRONG[what]
    name = f"{DAY}-{rest}"
    (folder / ENTRY).write_text(f"{FRONT}![Arms](images/{name})\n", "utf-8")
    put(folder, data, name)
    start = f"reflections/images/{name}:1: "
    problems = found(folder)
    assert any(p.startswith(start) and says in p for p in problems), problems


def test_what_desktops_leave_is_no_problem(folder: Path) -> None:
    put(folder, picture())
    put(folder, b"x", ".DS_Store")
    assert found(folder) == []
    assert set(pictures.published(folder.parent)) == {NAME}


def test_a_linked_picture_is_refused(folder: Path) -> None:
    real = folder.parent / "x.png"
    real.write_bytes(picture())
    (folder / "images" / NAME).symlink_to(real)
    assert "a link" in found(folder)[0]
    with pytest.raises(PictureError, match="a link"):
        pictures.published(folder.parent)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("No picture.", "no entry of that name shows this picture"),
        (f"![](images/{NAME})", f"{ENTRY}:11: the picture has no text"),
        ("![a](images/2026-11-20-b-x.png)", f"{ENTRY}:11: there is no pict"),
        ("![a](images/2026-11-20-a-gone.png)", f"{ENTRY}:11: there is no pi"),
        (f"![a](images/../images/{NAME})", f"{ENTRY}:11: the picture images"),
        (f"![a](./images/{NAME})", f"{ENTRY}:11: the picture ./images/"),
        (f"![a](/reflections/images/{NAME})", f"{ENTRY}:11: the picture /ref"),
    ],
)
def test_how_a_picture_is_shown(folder: Path, text: str, says: str) -> None:
    (folder / ENTRY).write_text(f"{FRONT}{text}\n", "utf-8")
    put(folder, picture())
    assert any(says in p for p in found(folder)), found(folder)


def test_four_pictures_are_enough(folder: Path) -> None:
    names = [NAME.replace("arms", f"x{i}") for i in range(5)]
    for name in names:
        put(folder, picture(), name)
    text = "\n\n".join(f"![a](images/{name})" for name in names)
    (folder / ENTRY).write_text(FRONT + text + "\n", "utf-8")
    assert "more than 4 pictures" in found(folder)[0]


def secret(kind: str) -> bytes:
    """A picture with all that a camera and a program may put beside it."""
    notes, exif = PngImagePlugin.PngInfo(), Image.Exif()
    notes.add_text("Comment", "secret")
    exif[0x010E] = "secret"
    data = picture(
        kind,
        **{"pnginfo": notes, "exif": exif, "comment": b"secret"},
        **{"xmp": b"secret", "icc_profile": b"secret"},
    )
    return data + b"secret <script>" * (kind != "WEBP")


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP")]
)
def test_only_the_pixels_are_published(
    folder: Path, suffix: str, kind: str
) -> None:
    data = secret(kind)
    path = put(folder, data, NAME.replace("png", suffix))
    assert b"secret" in data
    made = reencoded(path)
    assert b"secret" not in made
    assert b"<script>" not in made
    with Image.open(path) as old, Image.open(io.BytesIO(made)) as new:
        assert not new.getexif()
        assert not new.info.get("icc_profile")
        if suffix == "png":
            assert old.tobytes() == new.tobytes()


def test_a_turned_photograph_stands_upright(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = put(folder, picture("JPEG", exif=exif), NAME.replace("png", "jpg"))
    with Image.open(io.BytesIO(reencoded(path))) as image:
        assert image.size == (4, 6)
