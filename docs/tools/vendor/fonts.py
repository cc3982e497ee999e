"""Make the font files and their style sheet. Run by hand, once an update.

The build does not run this: it needs fonttools with brotli, and the npm
packages unpacked:

    npm pack temml@0.13.5 @fontsource/source-serif-4@5.3.1 \\
        @fontsource/stix-two-math@5.3.0
    python docs/tools/vendor/fonts.py TEMML SERIF STIX

Each face is cut: the signs that nearly every page needs, in a file of some
10 KB that the page's head asks for at once (docs/overrides/main.html), so
that nothing moves when it arrives; and files with the other signs, which a
browser asks for only when a page has one of them (`unicode-range`).
"""

import copy
import hashlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[3]
ASSETS = ROOT / "docs" / "assets"
FONTS = ASSETS / "fonts"
VENDOR = ROOT / "docs" / "tools" / "vendor" / "temml"

TEXT = (  # English prose, and the letters of the names that it mentions most
    "U+20-7E,U+A0,U+A9,U+B0,U+B2,U+B7,U+BD,U+D7,U+E1,U+E3,U+E7,U+E9,U+EB,"
    "U+F6,U+FC,U+FA,U+117,U+131,U+141,U+142,U+15F,U+17D,U+2013,U+2014,"
    "U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2044,U+2212"
)
# The other letters of the bibliography, and rarer signs. What is in neither
# list is drawn in the reader's own serif.
NAMES = (
    "U+B1,U+B3,U+C9,U+D6,U+DC,U+E0,U+E2,U+E4,U+E8,U+EA,U+ED,U+F1,U+F3,"
    "U+F4,U+F8,U+FD,U+105,U+10D,U+119,U+144,U+160,U+161,U+17E,U+2009,"
    "U+2032"
)
UPRIGHT = "U+2C,U+2E,U+30-39,U+41-5A,U+61-7A"  # the text face has these
MATHS = (  # what the course's formulas need
    "U+20-21,U+28-29,U+2B,U+2F,U+3A,U+3C-3E,U+5B,U+5D,U+5F,U+7B-7D,U+A0,"
    "U+D7,U+2C6,U+394,U+2016,U+2026,U+2032,U+203E,U+210E,U+2112-2113,"
    "U+2190,U+2192,U+2202,U+2207-2208,U+2211-2212,U+221A,U+221E,U+2248,"
    "U+2260,U+2264-2265,U+2299,U+22A4,U+22C5,U+22EE-22EF,U+230A-230B,"
    "U+23DF,U+1D400,U+1D416-1D41B,U+1D420-1D421,U+1D426,U+1D429-1D42A,"
    "U+1D42C,U+1D42E-1D438,U+1D43D-1D43F,U+1D441,U+1D443,U+1D446-1D447,"
    "U+1D44E-1D45B,U+1D45D-1D467,U+1D6FC-1D700,U+1D702-1D703,"
    "U+1D706-1D707,U+1D70B-1D70C,U+1D70E-1D70F,U+1D711,U+1D715-1D716,"
    "U+220F,U+222B,U+23DE"  # these must stretch, so they stand here
)
SOME_MATHS = (  # and what they nearly need
    "U+3B,U+5E,U+7E,U+AF,U+B1,U+B7,U+2D9,U+2DC,U+393,U+398,U+39B,U+3A3,"
    "U+3A6,U+3A9,U+211D,U+21D2,U+2225,U+223C,U+2261,U+22F1,"
    "U+27E8-27E9,U+1D401-1D402,U+1D406-1D409,U+1D40F,U+1D412,"
    "U+1D41C-1D41E,U+1D42D,U+1D439-1D43C,U+1D440,U+1D442,U+1D444-1D445,"
    "U+1D448-1D44D,U+1D45C,U+1D701,U+1D705,U+1D708-1D709,U+1D712-1D714,"
    "U+1D717,U+1D719"
)
# Small Greek letters stand here as their slanting forms alone: browsers slant
# them themselves, but ask for the file of the upright ones all the same.
MORE_MATHS = (  # and what a formula may need some day
    "U+23-27,U+2A,U+40,U+5C,U+5F,U+60,U+A7,U+AC,U+B4,U+F7,U+2C7,U+2D8,U+2DA,"
    "U+391-3A9,U+2020-2022,U+2033,"
    "U+2034,U+2057,U+2102,U+210B,U+210D,U+2110,U+2115,U+2119,U+211A,U+211B,"
    "U+2124,U+212C,U+2130,U+2131,U+2133,U+2191,U+2193-2199,U+21A6,U+21BC,"
    "U+21C0,U+21D0,U+21D1,U+21D3-21D5,U+2200,U+2203-2206,U+2209,U+220B,"
    "U+2213,U+2218,U+2219,U+221D,U+2220,U+2223,U+2227-222A,U+222E,U+2234,"
    "U+2235,U+2243,U+2245,U+224D,U+2250,U+2254,U+225C,U+225D,U+226A,U+226B,"
    "U+2270,U+2271,U+227A,U+227B,U+2282-2287,U+228E,U+2293-2298,U+22A2-22A5,"
    "U+22C0-22C4,U+22C6,U+2308,U+2309,U+25B3,U+25CB,U+25E6,U+2605,U+2713,"
    "U+27F5-27FC,U+2A00-2A02,U+2A7D,U+2A7E,U+1D400-1D433,U+1D468-1D4CF,"
    "U+1D538-1D56B,U+1D5A0-1D5D3,U+1D6A8-1D755"
)
STRETCHED = "()[]{}|‖√∑∏∫⌊⌋⏞⏟⟨⟩"  # drawn in several sizes
SIZES = (0, 2, 4, 6, 9, 12)  # of the thirteen sizes of a bracket

SERIF_NOTE = """\
/* Source Serif 4 and STIX Two Math, SIL Open Font License 1.1
   (fonts/LICENSE-*), cut by docs/tools/vendor/fonts.py. A text face may be
   late, but never moves text. */
"""


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



def cut(font, ranges, features=()):
    """Return a font with these signs alone."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = list(features)
    options.name_IDs = []
    options.drop_tables += ["GDEF", "gasp", "fpgm", "prep", "cvt "]
    if not features:
        options.drop_tables += ["GPOS", "GSUB"]
    few = copy.deepcopy(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points(ranges))
    subsetter.subset(few)
    return few


def packed(font):
    """Return a font as the bytes of a woff2 file."""
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def merged(fonts):
    """Return several faces of one family as one."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, font in enumerate(fonts):
            paths.append(f"{folder}/{number}.ttf")
            font.flavor = None
            font.save(paths[-1])
        options = merge.Options(drop_tables=["name", "OS/2"])
        one = merge.Merger(options).merge(paths)
    one["OS/2"] = fonts[0]["OS/2"]
    one["name"] = fonts[0]["name"]
    return one


def face(family, style, display, address, ranges):
    """Return a rule that tells the browser of a file."""
    return (
        f'@font-face{{font-family:"{family}";'
        f"font-style:{style};font-weight:400;font-display:{display};"
        f'src:url(fonts/{address}) format("woff2");'
        f"unicode-range:{text(points(ranges))}}}\n"
    )


def serif(package):
    """Write the files of Source Serif; return their rules."""
    rules = []
    for style in ("normal", "italic"):
        name = f"source-serif-4-latin-400-{style}.woff2"
        wide = f"source-serif-4-latin-ext-400-{style}.woff2"
        fonts = [TTFont(package / "files" / file) for file in (name, wide)]
        has = [set(font.getBestCmap()) for font in fonts]
        # Italics come in short runs, where kerning is not worth its bytes.
        features = ("kern",) if style == "normal" else ()
        for kind, ranges in (("common", TEXT), ("names", NAMES)):
            parts = [
                cut(font, text(points(ranges) & there), feature)
                for font, there, feature in zip(
                    fonts,
                    (has[0], has[1] - has[0]),
                    (features if kind == "common" else (), ()),
                    strict=True,
                )
            ]
            file = f"source-serif-4-{style}-{kind}.woff2"
            (FONTS / file).write_bytes(packed(merged(parts)))
            rules.append(face("Source Serif", style, "optional", file, ranges))
    shutil.copyfile(package / "LICENSE", FONTS / "LICENSE-source-serif-4")
    return rules


def fewer_sizes(font):
    """Keep only the stretching signs and the sizes that formulas need."""
    signs = {font.getBestCmap()[ord(sign)] for sign in STRETCHED}
    variants = font["MATH"].table.MathVariants
    for way in ("Vert", "Horiz"):
        coverage = getattr(variants, f"{way}GlyphCoverage")
        constructions = getattr(variants, f"{way}GlyphConstruction")
        kept = [
            (name, construction)
            for name, construction in zip(
                coverage.glyphs, constructions, strict=True
            )
            if name in signs
        ]
        for _, construction in kept:
            sizes = construction.MathGlyphVariantRecord
            if len(sizes) == 13:
                construction.MathGlyphVariantRecord = [sizes[n] for n in SIZES]
                construction.VariantCount = len(SIZES)
        coverage.glyphs = [name for name, _ in kept]
        setattr(variants, f"{way}GlyphConstruction", [c for _, c in kept])
        setattr(variants, f"{way}GlyphCount", len(kept))


def maths(package):
    """Write the files of STIX Two Math; return their rules.

    Digits, upright letters, commas and points are those of the text. The
    space is in the first file: the face that has it is the one whose MATH
    table a browser lays formulas out by.
    """
    source = package / "files" / "stix-two-math-latin-400-normal.woff2"
    font = TTFont(source)
    del font["GPOS"], font["GSUB"]
    fewer_sizes(font)
    serif_file = "source-serif-4-normal-common.woff2"
    rules = [face("Maths", "normal", "block", serif_file, UPRIGHT)]
    some = points(SOME_MATHS)
    more = text(points(MORE_MATHS) - points(MATHS) - some - points(UPRIGHT))
    for kind, ranges in (
        ("common", MATHS),
        ("some", SOME_MATHS),
        ("more", more),
    ):
        file = f"stix-two-math-{kind}.woff2"
        (FONTS / file).write_bytes(packed(cut(font, ranges)))
        rules.append(face("Maths", "normal", "block", file, ranges))
    shutil.copyfile(package / "LICENSE", FONTS / "LICENSE-stix-two-math")
    return rules


def temml(package):
    """Write vendor/temml from the package temml."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package / "dist/temml.min.js", VENDOR / "temml.min.js")
    shutil.copyfile(package / "LICENSE", VENDOR / "LICENSE")


def record(folder):
    """Write SHA256SUMS of a folder, in sha256sum's own form."""
    rows = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "SHA256SUMS":
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            rows.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir()
    temml(Path(sys.argv[1]))
    rules = serif(Path(sys.argv[2])) + maths(Path(sys.argv[3]))
    (ASSETS / "fonts.css").write_text(SERIF_NOTE + "".join(rules), "utf-8")
    for folder in (VENDOR, FONTS):
        record(folder)
