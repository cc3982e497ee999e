"""Ten thousand damaged models: each is refused, or is the very same one."""

import io
import json

import numpy as np
import pytest

from corruptions import damaged, outcome, saved
from nnfs_code import archive


def test_ten_thousand_damages_lead_to_no_other_model():
    whole, rng = saved(), np.random.default_rng(0)
    met = [outcome(damaged(whole, rng), whole) for _ in range(10_000)]
    same = met.count("the same model")
    assert 100 < same < 2000
    assert sum("a whole npz file" in words for words in met) > 8000


def test_that_test_would_see_another_model():
    """The planted fault: a damage that the checksum has been made to fit."""
    whole = saved()
    content, arrays = archive.decode(whole)
    arrays["model/parts/0/weights"][0, 0] += 1
    marked = {"format": "nnfs-model", "version": 1, "content": content}
    header = np.frombuffer(json.dumps(marked).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, header=header, **arrays)
    with pytest.raises(AssertionError):
        outcome(file.getvalue(), whole)
