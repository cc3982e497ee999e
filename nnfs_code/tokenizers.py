# --8<-- [start:ch30-tokenizers-imports]
"""From text to whole numbers, and back."""

import numpy as np

from nnfs_code.arrays import Labels, check_count, complaint

# --8<-- [end:ch30-tokenizers-imports]


# --8<-- [start:ch30-character-tokenizer]
class CharacterTokenizer:
    """One token per character: its place in the sorted alphabet.

    Parameters
    ----------
    text : str
        Its characters are the alphabet, `tokens`.

    >>> tokenizer = CharacterTokenizer("banana")
    >>> tokenizer.tokens, tokenizer.encode("nab").tolist()
    (['a', 'b', 'n'], [2, 0, 1])
    >>> tokenizer.decode(np.array([1, 0, 2]))
    'ban'
    """

    def __init__(self, text: str) -> None:
        if not text:
            owner = type(self).__name__
            raise ValueError(complaint(owner, "a text", "an empty one"))
        self.tokens = sorted(set(text))
        self.place = {token: at for at, token in enumerate(self.tokens)}

    def encode(self, text: str) -> Labels:
        """Return the number of each character.

        Raises
        ------
        ValueError
            If the text has a character that is not in the alphabet.
        """
        if unknown := sorted(set(text) - self.place.keys()):
            expected = f"characters among {''.join(self.place)!r}"
            got = repr("".join(unknown))
            raise ValueError(complaint(type(self).__name__, expected, got))
        return np.array([self.place[letter] for letter in text], np.int64)

    def decode(self, tokens: Labels) -> str:
        """Return the text of these tokens."""
        return "".join(self.tokens[token] for token in tokens.tolist())

    # --8<-- [end:ch30-character-tokenizer]


# --8<-- [start:ch30-merged]
def merged(tokens: Labels, pair: tuple[int, int], new: int) -> Labels:
    """Return the tokens with each neighbouring `pair` replaced by `new`.

    >>> merged(np.array([1, 1, 1, 2, 1]), (1, 1), 9).tolist()
    [9, 1, 2, 1]
    """
    here = (tokens[:-1] == pair[0]) & (tokens[1:] == pair[1])
    places = np.flatnonzero(here)
    if pair[0] == pair[1]:  # of a run, every second place
        breaks = np.diff(places, prepend=-2) != 1
        first = np.maximum.accumulate(np.where(breaks, places, 0))
        places = places[(places - first) % 2 == 0]
    result = tokens.copy()
    result[places] = new
    return np.delete(result, places + 1)


# --8<-- [end:ch30-merged]


# --8<-- [start:ch30-byte-pair-tokenizer]
class BytePairTokenizer(CharacterTokenizer):
    """Characters, and the most frequent neighbours as tokens of their own.

    No token reaches over the beginning of a word: a space or a line end may
    only be its first character.

    Parameters
    ----------
    text : str
        What the alphabet and the merges are learned from.
    n_merges : int
        How many tokens are added, at most.

    References
    ----------
    Sennrich, Haddow and Birch (2016), algorithm 1.

    >>> tokenizer = BytePairTokenizer("a banana", 9)
    >>> tokenizer.tokens
    [' ', 'a', 'b', 'n', 'an']
    >>> tokenizer.encode("an ban").tolist()
    [4, 0, 2, 4]
    """

    # --8<-- [end:ch30-byte-pair-tokenizer]

    # --8<-- [start:ch30-byte-pair-learn]
    def __init__(self, text: str, n_merges: int) -> None:
        super().__init__(text)
        check_count(type(self).__name__, "n_merges", n_merges)
        self.merges: list[tuple[int, int]] = []
        tokens = super().encode(text)
        for _ in range(n_merges):
            pair = self.most_frequent(tokens)
            if pair is None:
                break
            tokens = merged(tokens, pair, len(self.tokens))
            self.merges.append(pair)
            self.tokens.append(self.tokens[pair[0]] + self.tokens[pair[1]])

    # --8<-- [end:ch30-byte-pair-learn]

    # --8<-- [start:ch30-byte-pair-most-frequent]
    def most_frequent(self, tokens: Labels) -> tuple[int, int] | None:
        """Return the pair that occurs most often, or None if none does twice.

        Places that overlap count, such as both of "aa" in "aaa". Of pairs
        that occur equally often, the one with the smaller numbers.
        """
        n = len(self.tokens)
        starts = np.array([token[0] in " \n" for token in self.tokens])
        inside = ~starts[tokens[1:]]  # the second begins no word
        pairs = (tokens[:-1] * n + tokens[1:])[inside]
        counts = np.bincount(pairs, minlength=n * n)
        best = int(counts.argmax())
        return divmod(best, n) if counts[best] > 1 else None

    # --8<-- [end:ch30-byte-pair-most-frequent]

    # --8<-- [start:ch30-byte-pair-encode]
    def encode(self, text: str) -> Labels:
        """Return the tokens: the merges, one after another, as learned."""
        tokens = super().encode(text)
        for new, pair in enumerate(self.merges, len(self.place)):
            tokens = merged(tokens, pair, new)
        return tokens

    # --8<-- [end:ch30-byte-pair-encode]
