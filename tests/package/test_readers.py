"""Small models that read texts: bags, and a transformer by length."""

import numpy as np
import pytest

from nnfs_code.bag_models import bag_model, trained_on_bags
from nnfs_code.bags import MeanOverSteps
from nnfs_code.notes import NOTES, SHORT, denied, misspelt, shortened
from nnfs_code.readers import by_length, learn_to_read, read, reader

RNG = np.random.default_rng
TEXTS = [np.array(t, np.int64) for t in ([1, 2], [2, 1], [3, 1, 2], [1], [])]
LABELS = np.array([0, 1, 1, 0, 1])


@pytest.mark.parametrize("hidden", [0, 4])
def test_a_bag_model_learns_which_word_goes_where(hidden):
    tokens = np.array([[1, 3], [2, 3], [1, 0], [2, 0]] * 20)
    labels = np.array([0, 1, 0, 1] * 20)
    rng = RNG(0)
    model = bag_model(4, 2, hidden, rng=rng)
    before = model.predict(tokens.astype(np.float32))
    if not hidden:
        np.testing.assert_array_equal(before, 0.5)
    trained_on_bags(model, tokens, labels, 0.1, 20, rng=rng)
    chances = model.predict(tokens.astype(np.float32))
    assert (chances.argmax(axis=1) == labels).all()


def test_batches_of_one_length_hold_each_text_once():
    batches = by_length(TEXTS, 1)
    assert [batch.tolist() for batch in batches] == [[3], [0], [1], [2]]
    drawn = by_length(TEXTS * 9, 4, rng=RNG(0))
    assert sorted(np.concatenate(drawn)) == [
        row for row in range(45) if row % 5 != 4
    ]
    for batch in drawn:
        assert len({len((TEXTS * 9)[row]) for row in batch}) == 1
    assert drawn[0].tolist() != by_length(TEXTS * 9, 4)[0].tolist()
    with pytest.raises(ValueError, match="size"):
        by_length(TEXTS, 0)


def test_a_reader_learns_an_order_that_no_bag_can_see():
    model = reader(4, 2, 3, rng=RNG(0), n_features=16, n_heads=2, n_blocks=1)
    learn_to_read(model, TEXTS, LABELS, 0.01, 40, rng=RNG(1))
    chances = read(model, TEXTS, 2)
    assert chances[:4].argmax(axis=1).tolist() == LABELS[:4].tolist()
    np.testing.assert_array_equal(chances[4], 0.5)  # nothing to read
    assert abs(chances[0, 0] - chances[1, 0]) > 0.5  # the same two tokens


def test_a_reader_is_saved_and_loaded(tmp_path):
    model = reader(4, 2, 3, rng=RNG(0), n_features=8, n_heads=2, n_blocks=1)
    model.save(tmp_path / "m.npz")
    found = type(model).load(tmp_path / "m.npz")
    np.testing.assert_array_equal(read(found, TEXTS, 2), read(model, TEXTS, 2))


def test_a_mean_over_steps_and_what_it_refuses():
    mean = MeanOverSteps()
    with pytest.raises(RuntimeError, match="forward to be called first"):
        mean.backward(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="n_steps, n_features"):
        mean.forward(np.zeros((2, 3)))
    inputs = np.arange(12.0, dtype=np.float32).reshape(2, 3, 2)
    np.testing.assert_array_equal(mean.forward(inputs), [[2, 3], [8, 9]])
    back = mean.backward(np.full((2, 2), 3, np.float32))
    np.testing.assert_array_equal(back, np.ones((2, 3, 2)))
    assert back.dtype == np.float32
    with pytest.raises(ValueError, match="MeanOverSteps"):
        mean.backward(np.zeros((2, 3)))


def test_slips_keep_the_number_of_words_and_spare_short_ones():
    text = "acute pain of left hands, chronic infections everywhere"
    found = [misspelt(text, RNG(seed), 0.999) for seed in range(20)]
    for line in found:
        words = line.split()
        assert len(words) == 8
        assert [words[1], words[2], words[3]] == ["pain", "of", "left"]
        assert all(
            abs(len(a) - len(b)) < 2
            for a, b in zip(words, text.replace(",", "").split(), strict=True)
        )
    assert len(set(found)) == 20
    lengths = {len(line.split()[7]) - len("everywhere") for line in found}
    assert lengths == {-1, 0, 1}
    with pytest.raises(ValueError, match="share"):
        misspelt(text, RNG(0), 1.5)


def test_short_forms_and_cut_words():
    text = "Malignant neoplasm of left kidneys, unspecified"
    assert shortened(text, RNG(0)) == "ca of lt kidneys"
    long = "encephalopathy " * 40
    assert set(shortened(long, RNG(0)).split()) == {"ence", "encephalopathy"}
    assert shortened("withdrawal", RNG(1)) in ("withdrawal", "with")
    assert all(len(short) < len(word) for word, short in SHORT.items())


def test_a_denial_says_all_the_words():
    assert denied("Gout", RNG(0)) == "no evidence of gout"
    assert list(NOTES) == ["misspelt", "shortened", "denied"]
