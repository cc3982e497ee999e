"""Pictures of entries: what may be contributed, what is published.

A picture is decoded and written anew, so that nothing of its file reaches
the site but its pixels.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
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
SOURCE = re.compile(rf'(\bsrc="(?:[./\w-]*/)?{REFERENCE.pattern}")')


class PictureError(ValueError):
    """A picture cannot be published; the message says why, and the mend."""


def reencoded(path: Path) -> bytes:
    """Return a picture written anew, in its format: pixels and nothing else.

    No metadata, no profile, no second picture, nothing that trailed the
    first. The same for the same input and the same version of Pillow.

    Raises
    ------
    PictureError
        If the file is not such a picture, too large, or moves.
    """
    if path.is_symlink() or not path.is_file():
        raise PictureError("it is no plain file; put the picture itself here")
    if (size := path.stat().st_size) > MAX_PICTURE:
        told = f"it has {size} bytes, at most {MAX_PICTURE} are allowed"
        raise PictureError(f"{told}; make it smaller")
    kind = FORMATS[path.suffix]
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a picture that unpacks to gigabytes.
            warnings.simplefilter("error")
            return _written(path.read_bytes(), kind)
    except PictureError:
        raise
    except Exception as error:
        # Decoders of contributed bytes fail in many ways; all mean no.
        told = f"it cannot be read as {kind}; save it as that"
        raise PictureError(f"{told}, or name it by what it is") from error


def _written(data: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        # The header tells the size, before anything is unpacked.
        if not 0 < max(image.size) <= MAX_SIDE:
            told = "{} x {} pixels".format(*image.size)
            raise PictureError(
                f"it is {told}, at most {MAX_SIDE} a side; make it smaller"
            )
        if getattr(image, "n_frames", 1) > 1:
            raise PictureError("it moves; contribute one still picture")
        upright = ImageOps.exif_transpose(image)
        clear = kind != "JPEG" and upright.has_transparency_data
        pixels = upright.convert("RGBA" if clear else "RGB")
    # A new picture has pixels only.
    fresh = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    made = io.BytesIO()
    options: dict[str, object] = {"optimize": True}
    if kind == "JPEG":
        options["quality"] = 85
    if kind == "WEBP":
        options = {"quality": 85, "method": 4, "exact": False}
    fresh.save(made, kind, **options)
    return made.getvalue()


def sizes(pictures: Mapping[str, bytes]) -> dict[str, tuple[int, int]]:
    """Return name → width and height, in pixels, of published pictures."""
    found = {}
    for name, data in pictures.items():
        with Image.open(io.BytesIO(data)) as image:
            found[name] = image.size
    return found


def with_sizes(html: str, known: Mapping[str, tuple[int, int]]) -> str:
    """Return HTML in which pictures have their place before they come.

    >>> name = "2026-11-20-a-arms.png"
    >>> with_sizes(f'<img src="images/{name}">', {name: (60, 40)})
    ... # doctest: +NORMALIZE_WHITESPACE
    '<img src="images/2026-11-20-a-arms.png" width="60" height="40"
    loading="lazy" decoding="async">'
    """

    def sized(match: re.Match[str]) -> str:
        if match[2] not in known:
            return match[0]
        width, height = known[match[2]]
        return (
            f'{match[1]} width="{width}" height="{height}" loading="lazy" '
            'decoding="async"'
        )

    return SOURCE.sub(sized, html)


def belongs(picture: str, stem: str) -> bool:
    """Whether a picture's name begins with the name of an entry."""
    return picture.startswith(f"{stem.removesuffix('.md')}-")


def faults(
    folder: Path, texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield picture and what is wrong with it, of the folder ``reflections``.

    ``texts`` has the name of each entry, and what it says.
    """
    if (folder / FOLDER).is_symlink() or not (folder / FOLDER).is_dir():
        return
    shown = {
        found[1]
        for stem, text in texts.items()
        for found in REFERENCE.finditer(text)
        if belongs(found[1], stem)
    }
    for path in sorted((folder / FOLDER).iterdir()):
        name = f"{FOLDER}/{path.name}"
        if BYSTANDERS.fullmatch(path.name):
            continue
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


def published(root: Path) -> dict[str, bytes]:
    """Return name → bytes of every picture that may be published."""
    folder = root / "reflections" / FOLDER
    found = [] if folder.is_symlink() else sorted(folder.glob("*"))
    return {
        path.name: reencoded(path)
        for path in found
        if PICTURE_NAME.fullmatch(path.name)
    }
