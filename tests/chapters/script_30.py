"""What chapter 30's script leaves behind, and what its tests make of it."""

from functools import cache

import numpy as np

from nnfs_code.texts import language_runs
from scripted import left_by

PAGE = "30-embeddings-and-language-models"
RUNS = language_runs()


def script():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch30_embeddings_and_language_models")


def five(part):
    """Return a part of the names with the last five tokens as context."""
    return part[0][:, -5:], part[1]


@cache
def trained(seed, start=0.1, steps=400):
    """Return one of the chapter's small networks."""
    names = script()
    model = names["bengio"](5, 32, seed, start)
    return names["train"](model, five(names["learn"]), steps, seed)


def vowel_cosines(model):
    """Return the mean cosine among vowels, and of these with consonants."""
    names = script()
    alike = names["cosines"](model)
    vowels, others = names["vowels"], names["others"]
    same = alike[np.ix_(vowels, vowels)][np.triu_indices(5, 1)].mean()
    return same, alike[np.ix_(vowels, others)].mean()


def held_out_bits(model):
    """Return bits per token on the names to choose by."""
    names = script()
    contexts, targets = five(names["choose"])
    chances = model.predict(contexts.astype(float))
    return names["bits"](chances[np.arange(len(targets)), targets])


def chosen_counts(rows):
    """Return the test bits of the order that is best on the other part."""
    rows = np.array(rows)
    return rows[rows[:, 0].argmin(), 1]


def chosen(rows):
    """Return the moment of a run that is best on the part to choose by."""
    return min(rows, key=lambda row: row["validation"])
