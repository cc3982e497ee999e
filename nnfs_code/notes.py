# --8<-- [start:ch34-notes-imports]
"""Titles written anew, as somebody in a hurry might; all of it is invented."""

import re

import numpy as np

from nnfs_code.arrays import check_between
from nnfs_code.diagnoses import words_of

# --8<-- [end:ch34-notes-imports]


# --8<-- [start:ch34-misspelt]
def misspelt(text: str, rng: np.random.Generator, share: float = 0.3) -> str:
    """Return the words with slips of the fingers in some of the longer ones.

    Of the words with five letters or more, about a `share` lose a letter,
    have one twice, or two in the wrong order.

    >>> misspelt("Staphylococcal arthritis", np.random.default_rng(0), 0.99)
    'staphylcoccal athritis'
    """
    share = check_between("misspelt", "share", share, 0, 1)
    words = words_of(text)
    for place, word in enumerate(words):
        if len(word) < 5 or rng.random() >= share:
            continue
        at = int(rng.integers(1, len(word) - 1))
        here, after = word[at], word[at + 1]
        slip = (after, here + here + after, after + here)[rng.integers(3)]
        words[place] = word[:at] + slip + word[at + 2 :]
    return " ".join(words)


# --8<-- [end:ch34-misspelt]


# --8<-- [start:ch34-short-forms]
SHORT = {  # no list of a clinic
    "acute": "ac",
    "bilateral": "bil",
    "chronic": "chr",
    "congenital": "cong",
    "diabetes mellitus": "dm",
    "disease": "dis",
    "fracture": "fx",
    "history of": "ho",
    "hypertension": "htn",
    "hypertensive": "htn",
    "infection": "inf",
    "left": "lt",
    "malignant neoplasm": "ca",
    "pregnancy": "preg",
    "right": "rt",
    "syndrome": "synd",
    "unspecified": "",
    "with": "w",
    "without": "wo",
}
# --8<-- [end:ch34-short-forms]


# --8<-- [start:ch34-shortened]
def shortened(text: str, rng: np.random.Generator) -> str:
    """Return the words as `SHORT` has them, and half of the long ones cut.

    What has eight letters or more and is not in the list keeps its first
    four, about every second time.

    >>> rng = np.random.default_rng(0)
    >>> shortened("Chronic glomerulonephritis with oedema", rng)
    'chr glom w oedema'
    """
    text = " ".join(words_of(text))
    for long, short in SHORT.items():
        text = re.sub(rf"\b{long}\b", short, text)
    words = text.split()
    cut = rng.random(len(words)) < 0.5
    return " ".join(
        word[:4] if len(word) >= 8 and half else word
        for word, half in zip(words, cut, strict=True)
    )


# --8<-- [end:ch34-shortened]


# --8<-- [start:ch34-denied]
def denied(text: str, _rng: np.random.Generator) -> str:
    """Return a note which says that the patient does not have it.

    >>> denied("Gout, unspecified", np.random.default_rng(0))
    'no evidence of gout unspecified'
    """
    return "no evidence of " + " ".join(words_of(text))


NOTES = {"misspelt": misspelt, "shortened": shortened, "denied": denied}
# --8<-- [end:ch34-denied]
