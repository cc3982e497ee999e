# --8<-- [start:ch34-diagnoses]
"""Titles of diagnoses with their codes, and what a text is cut into."""

import re

import numpy as np

from nnfs_code.arrays import Labels, check_count, complaint
from nnfs_code.texts import text_of


def diagnosis_titles() -> tuple[list[str], list[str]]:
    """Return codes and titles of the file diagnosis-titles.txt.bz2.

    What models have said of the titles is in coding-runs.npz.

    References
    ----------
    ICD-10-CM, by the NCHS and the CMS; see the page of data sets.

    >>> codes, titles = diagnosis_titles()
    >>> len(titles), codes[3], titles[3]
    (12379, 'A0100', 'Typhoid fever, unspecified')
    """
    lines = text_of("diagnosis-titles.txt.bz2").splitlines()
    codes, titles = zip(*(line.split("\t") for line in lines), strict=True)
    return list(codes), list(titles)


# --8<-- [end:ch34-diagnoses]


# --8<-- [start:ch34-chapter-of]
CHAPTERS = {  # the first code of each, in alphabetical order
    "A00": "infections",
    "C00": "neoplasms",
    "D50": "blood",
    "E00": "metabolism",
    "F00": "mind",
    "G00": "nerves",
    "H00": "eye",
    "H60": "ear",
    "I00": "circulation",
    "J00": "lungs",
    "K00": "digestion",
    "L00": "skin",
    "M00": "joints",
    "N00": "urinary",
    "O00": "pregnancy",
    "P00": "newborn",
    "Q00": "malformations",
    "R00": "symptoms",
    "S00": "injuries",
    "V00": "accidents",
    "Z00": "contacts",
}
# --8<-- [end:ch34-chapter-of]


# --8<-- [start:ch34-chapters-of]
def chapters_of(codes: list[str]) -> Labels:
    """Return for each code the place of its chapter in `CHAPTERS`.

    >>> chapters_of(["A0100", "D499", "D500", "O9A12", "Z98"]).tolist()
    [0, 1, 2, 14, 20]
    """
    first = np.array(list(CHAPTERS))
    places = np.searchsorted(first, np.array(codes), side="right") - 1
    if places.size == 0 or places.min() < 0:
        got = codes[:3]
        raise ValueError(complaint("chapters_of", "codes from A00 on", got))
    found: Labels = places.astype(np.int64)
    return found


# --8<-- [end:ch34-chapters-of]


# --8<-- [start:ch34-words-of]
def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters; other marks part them.

    >>> words_of("Salmonella sepsis (A02.1), non-severe")
    ['salmonella', 'sepsis', 'a02', '1', 'non', 'severe']
    """
    return re.findall(r"[a-z0-9]+", text.lower())


# --8<-- [end:ch34-words-of]


# --8<-- [start:ch34-pieces-of]
def pieces_of(text: str, shortest: int = 2, longest: int = 5) -> list[str]:
    """Return all character n-grams of the words, each once, sorted.

    A word has a space before and after it, which counts as a letter, so that
    beginnings and ends look different from middles.

    >>> pieces_of("Sepsis", 4, 4)
    [' sep', 'epsi', 'psis', 'seps', 'sis ']
    """
    shortest = check_count("pieces_of", "shortest", shortest)
    longest = check_count("pieces_of", "longest", longest)
    found: set[str] = set()
    for word in words_of(text):
        letters = f" {word} "
        for size in range(shortest, longest + 1):
            starts = range(len(letters) - size + 1)
            found.update(letters[at : at + size] for at in starts)
    return sorted(found)


# --8<-- [end:ch34-pieces-of]
