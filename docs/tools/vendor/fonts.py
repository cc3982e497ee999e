"""Make the font files and their style sheets. Run by hand, once an update.

The build does not run this: it needs fonttools with brotli, and the two npm
packages unpacked:

    npm pack katex@0.19.1 @fontsource/source-serif-4@5.3.1
    python docs/tools/vendor/fonts.py KATEX_PACKAGE SERIF_PACKAGE

Each face is cut in two: the signs that nearly every page needs, in a file of
some 10 KB that the page's head asks for at once (docs/overrides/main.html),
so that nothing moves when it arrives; and the file as published, which a
browser asks for only when a page has another sign (`unicode-range`).
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ASSETS = ROOT / "docs" / "assets"
VENDOR = ROOT / "docs" / "tools" / "vendor" / "katex"

TEXT = (  # what English prose and the names in the bibliography need
    "U+20-7E,U+A0,U+A9,U+B0-B3,U+B7,U+BD,U+C9,U+D6,U+D7,U+DC,U+E0-E4,U+E7-EA,"
    "U+EB,U+ED,U+F1,U+F3,U+F4,U+F6,U+F8,U+FA,U+FC,U+FD,U+131,U+2009,U+2013,"
    "U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2032,U+2044,U+2212"
)
NAMES = (  # letters of names, which are drawn in the wider file
    "U+105,U+10D,U+117,U+119,U+141,U+142,U+144,U+15F,U+160,U+161,U+17D,U+17E"
)
LATIN = (  # what the package calls latin, without the signs nobody sees
    "U+A1-FF,U+131,U+152-153,U+2BB-2BC,U+2C6,U+2DA,U+2DC,U+304,U+308,U+329,"
    "U+2010-2027,U+2030-205E,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215"
)
LATIN_EXT = (  # and latin-ext
    "U+100-2BA,U+2BD-2C5,U+2C7-2CC,U+2CE-2D7,U+2DD-2FF,U+1D00-1DBF,"
    "U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,"
    "U+A720-A7FF"
)
COMMON = {
    "Main-Regular": (
        "U+20-22,U+25-3F,U+A0,U+200B,U+41-5E,U+61-7E,U+B1,U+B7,U+D7,U+302,U+393,U+394,"
        "U+398,U+39B,U+3A3,U+3A6,U+3A8,U+3A9,U+2026,U+2032,U+2113,U+2190,"
        "U+2192,U+21A6,U+2200,U+2202,U+2207,U+2208,U+2211,U+2212,U+221A,"
        "U+221E,U+2223,U+2225,U+2248,U+2260,U+2264,U+2265,U+2299,U+22C5,"
        "U+22EE,U+22EF,U+22F1,U+27E8,U+27E9,U+AF,U+2C9,U+2D9,U+20D7,U+2191,"
        "U+2193,U+21D2,U+2203,U+2218,U+2229,U+222A,U+2261,U+2282,U+2295,"
        "U+2297,U+22A4,U+27F6,U+E020"
    ),
    "Math-Italic": "U+41-5A,U+61-7A,U+3B1-3C9,U+3D5,U+3F5",
    "Size1-Regular": "U+20-7E,U+220F,U+2211,U+221A,U+222B",
    "Size2-Regular": "U+20-7E,U+220F,U+2211,U+221A,U+222B",
    "Size3-Regular": "U+20-7E,U+221A",
    "Size4-Regular": "U+20-7E,U+221A,U+239B-23AD",
    # Vectors and matrices, and the names of number sets.
    "Main-Bold": "U+41-5A,U+61-7A",
    "AMS-Regular": "U+43,U+45,U+4E,U+50-52,U+5A",
}

SERIF_NOTE = """\
/* Source Serif 4, SIL Open Font License 1.1 (fonts/LICENSE), cut by
   docs/tools/vendor/fonts.py. A text face may be late, but never moves text. */
"""
KATEX_NOTE = "/* KaTeX, MIT (LICENSE); fonts cut by docs/tools/vendor/fonts.py. */\n"


def points(ranges):
    """Return the code points of a CSS unicode-range."""
    found = set()
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def text(code_points):
    """Return the CSS unicode-range of code points."""
    runs = []
    for point in sorted(code_points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(
        f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs
    )


def others(ranges):
    """Return the unicode-range of every sign that is not in another."""
    return text(set(range(0x1FFFF + 1)) - points(ranges))


def cut(source, ranges, features):
    """Return a font with these signs alone, as woff2."""
    with tempfile.NamedTemporaryFile(suffix=".woff2") as out:
        subprocess.run(
            [
                sys.executable, "-m", "fontTools.subset", str(source),
                f"--unicodes={ranges}", f"--layout-features={features}",
                "--flavor=woff2", "--no-hinting", "--desubroutinize",
                "--name-IDs=", "--drop-tables+=GDEF",
                f"--output-file={out.name}",
            ],
            check=True,
        )
        return Path(out.name).read_bytes()


def serif(package):
    """Write fonts.css and fonts/ from @fontsource/source-serif-4."""
    rules = [SERIF_NOTE]
    (ASSETS / "fonts").mkdir(exist_ok=True)
    for style in ("normal", "italic"):
        def face(address, ranges, style=style):
            return (
                '@font-face{font-family:"Source Serif";'
                f"font-style:{style};font-weight:400;font-display:optional;"
                f'src:url({address}) format("woff2");'
                f"unicode-range:{ranges}}}\n"
            )

        name = f"source-serif-4-latin-400-{style}.woff2"
        wide = f"source-serif-4-latin-ext-400-{style}.woff2"
        for file in (name, wide):
            shutil.copyfile(package / "files" / file, ASSETS / "fonts" / file)
        # Italics come in short runs, where kerning is not worth its bytes.
        features = "kern,liga" if style == "normal" else ""
        font = cut(package / "files" / name, TEXT, features)
        common = f"source-serif-4-{style}-common.woff2"
        (ASSETS / "fonts" / common).write_bytes(font)
        rules.append(face(f"fonts/{common}", text(points(TEXT))))
        rest = text(points(LATIN) - points(TEXT))
        rules.append(face(f"fonts/{name}", rest))
        # A few letters of Łukasz and Dušan are not worth the whole file.
        small = wide.replace(".woff2", "-names.woff2")
        font = cut(package / "files" / wide, NAMES, "")
        (ASSETS / "fonts" / small).write_bytes(font)
        rules.append(face(f"fonts/{small}", NAMES))
        rest = text(points(LATIN_EXT) - points(NAMES) - points(TEXT))
        rules.append(face(f"fonts/{wide}", rest))
    (ASSETS / "fonts.css").write_text("".join(rules), encoding="utf-8")
    shutil.copyfile(package / "LICENSE", ASSETS / "fonts" / "LICENSE")


def katex(package):
    """Write vendor/katex and assets/katex from the package katex."""
    target = ASSETS / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for file in ("katex.min.js", "katex.min.css"):
        shutil.copyfile(package / "dist" / file, VENDOR / file)
    for folder in (VENDOR, target):
        shutil.copyfile(package / "LICENSE", folder / "LICENSE")
    for font in (package / "dist" / "fonts").glob("*.woff2"):
        shutil.copyfile(font, target / "fonts" / font.name)

    css = (VENDOR / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(
        r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", css
    )
    for name, ranges in COMMON.items():
        file = f"fonts/KaTeX_{name}.woff2"
        common = file.replace(".woff2", "-common.woff2")
        font = cut(package / "dist" / file, ranges, "")
        (target / common).write_bytes(font)
        rule = next(
            r for r in re.findall(r"@font-face\{[^}]*\}", css) if file in r
        )
        few = rule.replace(file, common)[:-1] + f";unicode-range:{ranges}}}"
        rest = rule[:-1] + f";unicode-range:{others(ranges)}}}"
        css = css.replace(rule, few + rest)
    (target / "katex.css").write_text(KATEX_NOTE + css, encoding="utf-8")


def record(folder):
    """Write SHA256SUMS of a folder, in sha256sum's own form."""
    rows = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "SHA256SUMS":
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            rows.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    katex(Path(sys.argv[1]))
    serif(Path(sys.argv[2]))
    for folder in (VENDOR, ASSETS / "katex", ASSETS / "fonts"):
        record(folder)
