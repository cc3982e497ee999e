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
    assert max(map(len, drawn)) == 4
    said = "^by_length expected size of at least 1, got 0$"
    with pytest.raises(ValueError, match=said):
        by_length(TEXTS, 0)


def test_the_batches_are_shuffled_and_not_only_the_texts_in_them():
    texts = [np.zeros(length, int) for length in [1, 2, 3, 4] * 3]
    orders = set()
    for seed in range(20):
        drawn = by_length(texts, 3, rng=RNG(seed))
        orders.add(tuple(len(texts[batch[0]]) for batch in drawn))
        rows = {len(texts[batch[0]]): batch.tolist() for batch in drawn}
        assert all(sorted(rows[n]) == [n - 1, n + 3, n + 7] for n in rows)
    assert len(orders) > 10


def test_a_reader_learns_an_order_that_no_bag_can_see():
    model = reader(4, 2, 3, rng=RNG(0), n_features=16, n_heads=2, n_blocks=1)
    learn_to_read(model, TEXTS, LABELS, 0.01, 40, rng=RNG(1))
    chances = read(model, TEXTS, 2)
    assert chances[:4].argmax(axis=1).tolist() == LABELS[:4].tolist()
    np.testing.assert_array_equal(chances[4], 0.5)  # nothing to read
    assert abs(chances[0, 0] - chances[1, 0]) > 0.5  # the same two tokens


class Recorder:
    """In a model's place: it keeps what it is given."""

    def __init__(self):
        self.steps = []

    def train_step(self, tokens, labels, optimizer):
        self.steps.append((tokens.tolist(), labels.tolist(), optimizer))

    def fit(self, inputs, labels, optimizer, **options):
        self.given = inputs, labels, optimizer, options

    def predict(self, tokens):
        assert tokens.dtype == np.float32
        return np.tile(tokens[:, :1] / 10, (1, 2))


def test_each_epoch_shows_each_text_once_and_the_rate_falls_to_0():
    model = Recorder()
    assert learn_to_read(model, TEXTS, LABELS, 0.5, 3, rng=RNG(0)) is model
    assert len(model.steps) == 3 * 3  # epochs, and three lengths
    wanted = [([1], 0), ([1, 2], 0), ([2, 1], 1), ([3, 1, 2], 1)]
    for epoch in range(3):
        part = model.steps[3 * epoch : 3 * epoch + 3]
        seen = []
        for tokens, labels, _ in part:
            seen += zip(tokens, labels, strict=True)
        assert sorted(seen) == wanted
    rate = model.steps[0][2].learning_rate
    assert (rate(0), rate(9)) == (0.5, 0)
    assert rate(8) > 0


def test_the_order_is_another_in_each_epoch():
    model = Recorder()
    learn_to_read(model, TEXTS, LABELS, 0.5, 10, rng=RNG(0))
    shown = [tokens for tokens, _, _ in model.steps]
    epochs = {str(shown[at : at + 3]) for at in range(0, 30, 3)}
    assert len(epochs) > 3


def test_long_lists_of_texts_are_learned_in_batches_of_64():
    model = Recorder()
    learn_to_read(model, TEXTS[:1] * 65, np.zeros(65, int), 0.5, 2, rng=RNG(0))
    sizes = sorted(len(tokens) for tokens, _, _ in model.steps)
    assert sizes == [1, 1, 64, 64]
    rate = model.steps[0][2].learning_rate
    assert rate(3) > 0 == rate(4)


def test_a_text_of_nothing_may_be_anything():
    chances = read(Recorder(), TEXTS, 2)
    expected = np.array([0.1, 0.2, 0.3, 0.1, 0.5])
    np.testing.assert_allclose(chances, np.stack([expected] * 2, axis=1))
    assert chances.dtype == np.float32
    assert read(Recorder(), TEXTS[-1:], 4).tolist() == [[0.25] * 4]


def test_a_bag_model_is_fitted_while_the_rate_falls_to_0():
    model, rng = Recorder(), RNG(0)
    tokens, labels = np.ones((65, 2), int), np.zeros(65, int)
    assert trained_on_bags(model, tokens, labels, 0.5, 3, rng=rng) is model
    inputs, targets, adam, options = model.given
    assert (inputs == tokens).all()
    assert targets is labels
    assert inputs.dtype == np.float32
    assert options == {"epochs": 3, "batch_size": 64, "rng": rng}
    rate = adam.learning_rate  # two batches an epoch
    assert (rate(0), rate(6)) == (0.5, 0)
    assert rate(5) > 0


def test_how_large_the_first_weights_are():
    table, _, dense = bag_model(1000, 500, 400, rng=RNG(0)).parts
    assert table.weights.shape == (1000, 400)
    assert dense.weights.shape == (400, 500)
    assert table.weights.std() == pytest.approx(0.1, rel=0.005)
    assert dense.weights.std() == pytest.approx(1 / 20, rel=0.005)
    (table,) = bag_model(7, 3, 0, rng=RNG(0)).parts
    assert table.weights.shape == (7, 3)


def test_what_a_reader_is_made_of():
    model = reader(300, 2000, 200, rng=RNG(0))
    table, places, *blocks, _, _, last = model.parts
    assert table.weights.shape == (300, 64)
    assert places.weights.shape == (200, 64)
    for layer in (table, places):
        assert layer.weights.std() == pytest.approx(0.1, rel=0.03)
    assert [block.n_heads for block in blocks] == [4, 4]
    assert last.weights.shape == (64, 2000)
    assert last.weights.std() == pytest.approx(1 / 8, rel=0.005)


def test_each_step_of_a_reader_sees_all_others():
    model = reader(9, 2, 4, rng=RNG(0), n_features=8, n_heads=2, n_blocks=1)
    layers = model.parts[:3]

    def first_step(tokens):
        for layer in layers:
            tokens = layer.forward(tokens)
        return tokens[0, 0]

    one, other = (first_step(np.array([[1, 2, 3, n]])) for n in (4, 5))
    assert np.abs(one - other).max() > 1e-4


def test_a_reader_is_saved_and_loaded(tmp_path):
    model = reader(4, 2, 3, rng=RNG(0), n_features=8, n_heads=2, n_blocks=1)
    model.save(tmp_path / "m.npz")
    found = type(model).load(tmp_path / "m.npz")
    np.testing.assert_array_equal(read(found, TEXTS, 2), read(model, TEXTS, 2))


def test_a_mean_over_steps_and_what_it_refuses():
    mean = MeanOverSteps()
    with pytest.raises(
        RuntimeError, match=r"^MeanOverSteps.backward expected"
    ):
        mean.backward(np.zeros((1, 2)))
    said = r"inputs of shape \(n_samples, n_steps, n_features\), got \(2, 3\)$"
    with pytest.raises(ValueError, match=f"^MeanOverSteps expected {said}"):
        mean.forward(np.zeros((2, 3)))
    said = "^MeanOverSteps expected inputs of dtype float32 or float64, got"
    with pytest.raises(TypeError, match=said):
        mean.forward(np.zeros((2, 3, 1), int))
    inputs = np.arange(12.0, dtype=np.float32).reshape(2, 3, 2)
    np.testing.assert_array_equal(mean.forward(inputs), [[2, 3], [8, 9]])
    back = mean.backward(np.full((2, 2), 3, np.float32))
    np.testing.assert_array_equal(back, np.ones((2, 3, 2)))
    assert back.dtype == np.float32
    said = r"d_outputs of shape \(2, 2\), got \(2, 3\)$"
    with pytest.raises(ValueError, match=said):
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
    for share in (0, 1, 1.5):
        said = f"^misspelt expected share above 0 and below 1, got {share}$"
        with pytest.raises(ValueError, match=said):
            misspelt(text, RNG(0), share)


def test_all_the_slips_there_are():
    less = ["bain", "brin", "bran"]
    twice = ["brrain", "braain", "braiin"]
    turned = ["barin", "brian", "brani"]
    rng = RNG(0)
    found = misspelt("brain " * 500, rng, 0.99).split()
    assert set(found) == {*less, *twice, *turned, "brain"}
    assert max(map(found.count, set(found))) < 90  # none much more than 55
    assert misspelt("Hand", rng, 0.99) == "hand"
    kept = misspelt("brain " * 2000, rng).split().count("brain")
    assert kept == pytest.approx(1400, abs=80)


def test_short_forms_and_cut_words():
    text = "Malignant neoplasm of left kidneys, unspecified"
    assert shortened(text, RNG(0)) == "ca of lt kidneys"
    long = "encephalopathy " * 40
    assert set(shortened(long, RNG(0)).split()) == {"ence", "encephalopathy"}
    cut = shortened(long * 25, RNG(0)).split().count("ence")
    assert cut == pytest.approx(500, abs=60)
    eight = shortened("seizures seizure " * 9, RNG(0)).split()
    assert set(eight) == {"seizures", "seiz", "seizure"}
    assert shortened("withdrawal", RNG(1)) in ("withdrawal", "with")
    assert all(len(short) < len(word) for word, short in SHORT.items())


def test_a_denial_says_all_the_words():
    assert denied("Gout, acute", RNG(0)) == "no evidence of gout acute"
    assert list(NOTES) == ["misspelt", "shortened", "denied"]
