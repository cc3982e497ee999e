"""The normalizing parts beside PyTorch, whose numbers `golden/` keeps."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnfs_code.normalization import BatchNorm, LayerNorm, RMSNorm

FILE = Path(__file__).parent / "golden" / "normalization.json"
GOLDEN = json.loads(FILE.read_text("utf-8"))["normalization"]


def close(ours, golden_numbers):
    np.testing.assert_allclose(
        ours, np.array(golden_numbers), rtol=1e-10, atol=1e-10
    )


def far(ours, golden_numbers):
    """Say that the same comparison can fail."""
    with pytest.raises(AssertionError):
        close(ours, golden_numbers)


NORMS = {
    "BatchNorm": BatchNorm,
    "BatchNorm of pictures": BatchNorm,
    "LayerNorm": LayerNorm,
    "LayerNorm of sequences": LayerNorm,
    "RMSNorm": RMSNorm,
}


@pytest.mark.parametrize("name", NORMS)
def test_passes_gradients_and_running_numbers(name):
    theirs = GOLDEN[name]
    norm = NORMS[name](3, dtype=np.float64)
    norm.gains[:] = theirs["gains"]
    if theirs["biases"] is not None:
        norm.biases[:] = theirs["biases"]
    d_outputs = np.array(theirs["d_outputs"])
    said = ({}, {}, {})
    if NORMS[name] is BatchNorm:
        said = ({"training": True}, {"training": True}, {})
    for how, wanted in zip(said, theirs["passes"], strict=True):
        outputs = norm.forward(np.array(wanted["inputs"]), **how)
        close(outputs, wanted["outputs"])
        d_inputs = norm.backward(d_outputs)
        close(d_inputs, wanted["d_inputs"])
        far(1.01 * d_inputs, wanted["d_inputs"])
        close(norm.d_gains[0], wanted["d_weight"])
        if theirs["biases"] is not None:
            close(norm.d_biases[0], wanted["d_bias"])
        if how:
            close(norm.running_means[0], wanted["running_mean"])
            close(norm.running_variances[0], wanted["running_var"])
            biased = BatchNorm(3, momentum=0.89, dtype=np.float64)
            biased.forward(np.array(wanted["inputs"]), training=True)
            far(biased.running_variances[0], wanted["running_var"])


def test_every_norm_is_compared():
    assert set(GOLDEN) == set(NORMS)
