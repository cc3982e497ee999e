"""The HTML around a drawing; needs no matplotlib."""

from html import escape

ALT_AT_LEAST = 30  # characters; less cannot say what is to be seen


def alt_fault(alt: str) -> str | None:
    """Return what is wrong with a text alternative, or None."""
    said = " ".join(alt.split())
    if len(said) < ALT_AT_LEAST:
        return (
            "expected a text alternative of at least "
            f"{ALT_AT_LEAST} characters, got {len(said)}"
            + (f" ({said!r})" if said else "")
            + "; say what the figure shows and what to see in it"
        )
    if "$" in said or "`" in said:
        return (
            "expected a text alternative in plain words, since it is read "
            f"aloud, got {'$' if '$' in said else '`'} in it"
        )
    return None


def with_alt(svg: str, alt: str) -> str:
    """Return an SVG of `figure_svg.serialise` with its text alternative."""
    text = escape(" ".join(alt.split()))
    return svg.replace('aria-label=""', f'aria-label="{text}"', 1)


def as_figure(svg: str, *, ident: str, caption: str = "") -> str:
    """Return the ``<figure>`` element; the caption is HTML already."""
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="figure" id="{ident}">{svg}{below}</figure>'
