"""Pictures of entries: what may be contributed, what is published.

A picture is decoded and written anew, so that nothing of its file reaches
the site but its pixels.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageOps

FOLDER = "images"
# What editors and desktops leave beside a file while it is written.
BYSTANDERS = re.compile(r"\.DS_Store|Thumbs\.db|.*~|\.#.*|#.*#|\..*\.sw.")
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}
MAX_PICTURE = 300 * 1024
MAX_SIDE = 2_000
MAX_PICTURES = 4

STEM = r"\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,120}"
PICTURE_NAME = re.compile(rf"{STEM}\.(?:png|jpg|webp)")
REFERENCE = re.compile(rf"{FOLDER}/({PICTURE_NAME.pattern})")
SHOWN = re.compile(rf'(\bsrc="(?:[./\w-]*/)?{REFERENCE.pattern}")')


class PictureError(ValueError):
    """A picture cannot be published; the message says why, and the mend."""


def reencoded(path: Path) -> bytes:
    """Return a picture written anew, in its format: pixels and nothing else.

    A `PictureError` says why the file is no such picture.
    """
    kind = FORMATS[path.suffix]
    try:
        if path.is_symlink() or path.stat().st_size > MAX_PICTURE:
            raise ValueError("a link, or too many bytes")
        return _written(path.read_bytes(), kind)
    except Exception as error:
        # Decoders of contributed bytes fail in many ways; all mean no.
        raise PictureError(
            f"expected one still {kind} of at most {MAX_PICTURE} bytes and "
            f"{MAX_SIDE} pixels a side, got {error!r:.80}; save it as that"
        ) from error


def _written(data: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        # The header tells the size, before anything is unpacked.
        if max(image.size) > MAX_SIDE or getattr(image, "n_frames", 1) > 1:
            raise ValueError("{} x {} pixels, or moving".format(*image.size))
        upright = ImageOps.exif_transpose(image)
        clear = kind != "JPEG" and upright.has_transparency_data
        pixels = upright.convert("RGBA" if clear else "RGB")
    # A new picture has pixels only.
    fresh = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    made = io.BytesIO()
    fresh.save(made, kind, optimize=True, quality=85)
    return made.getvalue()


def sizes(root: Path) -> dict[str, tuple[int, int]]:
    """Return name → width and height, in pixels, of published pictures."""
    found = {}
    for name, data in published(root).items():
        with Image.open(io.BytesIO(data)) as image:
            found[name] = image.size
    return found


def with_sizes(html: str, known: Mapping[str, tuple[int, int]]) -> str:
    """Return HTML in which pictures have their place before they come."""

    def sized(match: re.Match[str]) -> str:
        if match[2] not in known:
            return match[0]
        width, height = known[match[2]]
        return (
            f'{match[1]} width="{width}" height="{height}" loading="lazy" '
            'decoding="async"'
        )

    return SHOWN.sub(sized, html)


def belongs(picture: str, entry: str) -> bool:
    """Whether a picture's name begins with the name of an entry's file."""
    return picture.startswith(f"{entry.removesuffix('.md')}-")


def faults(folder: Path, entries: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield picture and what is wrong with it, of the folder ``reflections``.

    The entries may show it: their files.
    """
    shown = {
        found[1]
        for path in entries
        for found in REFERENCE.finditer(path.read_text("utf-8", "replace"))
        if belongs(found[1], path.stem)
    }
    for path in _lying(folder):
        name = f"{FOLDER}/{path.name}"
        if not PICTURE_NAME.fullmatch(path.name):
            yield (
                name,
                "only pictures named as their entry, a hyphen, words and "
                ".png, .jpg or .webp belong here; rename it or remove it",
            )
            continue
        if path.name not in shown:
            told = "no entry of that name shows this picture"
            yield name, f"{told}; show it by ![words]({name}) or remove it"
        try:
            reencoded(path)
        except PictureError as error:
            yield name, f"the picture will not do: {error}"


def _lying(folder: Path) -> list[Path]:
    found = folder / FOLDER
    return [
        path
        for path in sorted(() if found.is_symlink() else found.glob("*"))
        if not BYSTANDERS.fullmatch(path.name)
    ]


def published(root: Path) -> dict[str, bytes]:
    """Return name → bytes of every picture that may be published."""
    return {
        path.name: reencoded(path)
        for path in _lying(root / "reflections")
        if PICTURE_NAME.fullmatch(path.name)
    }
