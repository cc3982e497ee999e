"""The gallery of bugs: silent where the page says so, and found."""

import math
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from claims import ROOT, breadth, claim, loose_numbers, quoted_in_tests
from nnfs_code.activations import ReLU
from nnfs_code.chapters import bugs_answers as answers
from nnfs_code.chapters import bugs_data as data
from nnfs_code.chapters import bugs_start as start
from nnfs_code.chapters import bugs_steps as steps
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.penalties import L2
from reasons import reason
from text import fences

PAGE = "docs/resources/bugs"
SILENT = [
    steps.biases,
    steps.summed,
    steps.dropped,
    steps.restored,
    data.slipped,
    data.moved,
    data.chosen,
    data.unvisited,
    answers.rescaled,
    answers.turned,
    answers.together,
]
CATCHES = [
    (steps.test_gradients, Dense, steps.AveragedBiases),
    (steps.test_check_can_fail, 5, 1),
    (steps.test_loss, SoftmaxCrossEntropy(), steps.SummedLoss()),
    (steps.test_same_factors, Dropout, steps.PlainWayBack),
    (steps.test_what_is_kept_stays, False, True),
    (data.test_rows_keep_their_labels, False, True),
    (data.test_brighter_stays_brighter, False, True),
    (data.test_data_stay, False, True),
    (data.test_nothing_is_found_in_nothing, False, True),
    (
        data.test_every_row_comes_once,
        lambda n, size: data.starts(n, size, False),
        lambda n, size: data.starts(n, size, True),
    ),
    (answers.test_company_does_not_matter, False, True),
    (answers.test_a_case_by_hand, False, True),
    (
        answers.test_members_differ,
        lambda seed: answers.members(seed, False),
        lambda seed: answers.members(seed, True),
    ),
]


def name(thing):
    return getattr(thing, "__name__", "")


@pytest.fixture(scope="module")
def source():
    return (ROOT / f"{PAGE}.md").read_text("utf-8")


@pytest.mark.parametrize("run", SILENT, ids=name)
def test_the_middle_wrong_loss_lies_within_the_right_ones(run):
    seeds = breadth(5, 20)
    right, wrong = (
        [run(seed, bug)[0] for seed in seeds] for bug in (False, True)
    )
    assert min(right) <= np.median(wrong) <= max(right)


@pytest.mark.parametrize(("test", "right", "wrong"), CATCHES, ids=name)
def test_a_test_passes_the_right_and_fails_the_wrong(test, right, wrong):
    test(right)
    with pytest.raises(AssertionError, match=r"\w+ \w+"):
        test(wrong)


def test_the_page_shows_each_bug_with_its_test(source):
    headings = re.findall(r"^## (\d+)\. ", source, re.M)
    assert list(map(int, headings)) == list(range(1, len(CATCHES) + 1))
    said = [
        fence.lines
        for fence in fences(source)
        if fence.language == "output" and "passes" in fence.lines[0]
    ]
    assert len(said) == len(CATCHES)
    for lines in said:
        assert [line.split(":")[0] for line in lines] == ["right", "wrong"]
        assert lines[0] == "right: passes"
        assert lines[1].startswith("wrong: fails, ")
    assert source.count("](figure:bugs-") >= 6


def test_no_number_of_the_page_is_loose(source):
    found = quoted_in_tests(Path(__file__).parent, "claim")
    claimed = [words for page, words in found if page == PAGE]
    assert loose_numbers(source, ROOT, claimed, {}) == []


def first_step(optimizer, factor):
    """Return the largest change that a first step makes."""
    value = np.zeros(3)
    optimizer.update([(value, factor * np.array([0.3, -0.02, 0.1]))])
    return np.abs(value).max()


def test_adam_takes_a_factor_out_and_plain_descent_does_not():
    reason(
        "docs/resources/bugs",
        "Adam does not care, because it divides each gradient by its own "
        "running size.",
    )
    factor = claim(
        "docs/resources/bugs", "The gradient is too small by a factor of {}."
    )
    with_adam = first_step(Adam(0.1), 1 / factor) / first_step(Adam(0.1), 1)
    with_sgd = first_step(SGD(0.1), 1 / factor) / first_step(SGD(0.1), 1)

    assert with_adam == pytest.approx(1, abs=0.01)
    assert with_sgd == pytest.approx(1 / factor)


def test_averaged_biases_are_as_many_times_too_small():
    times = claim(
        "docs/resources/bugs", "would move these biases {} times less."
    )
    points, labels, rng = start.arms(0)
    found = []
    for kind in (Dense, steps.AveragedBiases):
        layer = kind(2, 3, rng=rng, dtype=np.float64)
        layer.weights[:] = 0
        loss = SoftmaxCrossEntropy()
        loss.forward(layer.forward(points), labels[::-1] * 0)
        layer.parameter_gradients(loss.backward())
        found.append(layer.d_biases[0, 0])
    assert found[0] / found[1] == pytest.approx(times)


def test_a_penalty_counts_for_little_because_it_was_not_multiplied():
    reason(
        "docs/resources/bugs",
        "The penalty was not multiplied by 150, so it counts for next to "
        "nothing.",
    )
    factor = claim(
        "docs/resources/bugs", "The penalty was not multiplied by {}, so"
    )

    def weight(strength, seed):
        return steps.with_loss(steps.SummedLoss(), seed, strength)[2]

    plain, multiplied = (
        np.median([weight(strength, seed) for seed in range(5)])
        for strength in (0.001, factor * 0.001)
    )
    free = np.median([weight(0, seed) for seed in range(5)])
    right = np.median([steps.penalized(seed, False)[2] for seed in range(5)])
    assert plain > 0.8 * free
    assert multiplied == pytest.approx(right, rel=0.25)


def test_two_right_programs_agree_up_to_small_steps_and_rounding():
    reason(
        "docs/resources/bugs",
        "ask for it exactly, or as nearly as rounding and the small steps of",
    )
    both = steps.of_layer(Dense, n_samples=5).comparisons
    off = [np.abs(one.analytic - one.numerical).max() for one in both]
    assert 0 < max(off) < 1e-4
    assert all(one.agrees for one in both)


def test_one_sample_has_its_mean_as_its_sum():
    layer = steps.AveragedBiases(
        3, 2, rng=np.random.default_rng(1), dtype=np.float64
    )
    assert check(layer, np.ones((1, 3)))
    assert not check(layer, np.ones((2, 3)))


def test_dropout_is_off_by_a_factor_on_the_way_back():
    kept = claim("docs/resources/bugs", "what is kept is divided by {}.")
    right, wrong = (
        kind(0.3, rng=np.random.default_rng(0))
        for kind in (Dropout, steps.PlainWayBack)
    )
    ones = np.ones((4, 5))
    for dropout in (right, wrong):
        dropout.forward(ones, training=True)
    back = wrong.backward(ones), right.backward(ones)
    np.testing.assert_allclose(back[0], kept * back[1])
    short = claim(
        "docs/resources/bugs", "the gradients are {} of what they should be"
    )
    assert short == kept


def test_the_reported_loss_is_the_same_and_the_used_network_is_the_last():
    for seed in range(3):
        right, wrong = (steps.best_of(seed, bug) for bug in (False, True))
        assert right[0] == wrong[0]
        assert right[2] == min(right[0])
        assert wrong[2] == wrong[0][-1] > min(wrong[0])


def test_a_guess_has_the_loss_stated():
    stated = claim("docs/resources/bugs", r"has $\log 3 = {}$.")
    assert math.log(3) == pytest.approx(stated, abs=0.005)


def test_bytes_wrap_as_the_page_says():
    less, more, becomes = claim(
        "docs/resources/bugs", "${} - {}$ is {}. So the darker"
    )
    grey = np.array([less], np.uint8)
    assert (grey - int(more))[0] == becomes


def test_wrapped_bytes_are_learned_by_heart_where_floats_are_understood():
    for seed in range(3):
        right, wrong = (data.wrapped(seed, bug) for bug in (False, True))
        assert max(right[0], wrong[0]) < 0.1 < math.log(3)
        assert wrong[1] < 0.8 < 0.95 < right[1]


def test_the_loss_shows_the_range_more_than_the_wrapping(monkeypatch):
    reason(
        "docs/resources/bugs",
        "Most of what the loss shows comes from the range: the wrong pictures "
        "run from 0 to 2,",
    )
    end = claim("docs/resources/bugs", "they end at {} as well, and fresh")
    plain = [data.wrapped(seed, True)[0] for seed in range(5)]
    centred = data.centred
    greys = np.arange(256, dtype=np.uint8)
    assert [centred(greys, True).min(), centred(greys, True).max()] == [
        0,
        pytest.approx(2, abs=0.01),
    ]
    monkeypatch.setattr(
        data, "centred", lambda pictures, bug: centred(pictures, bug) - bug
    )
    back = [data.wrapped(seed, True) for seed in range(5)]
    assert {round(loss, 2) for loss, _ in back} == {end}
    assert max(right for _, right in back) < 0.7
    assert np.median([loss for loss, _ in back]) < 0.3 * np.median(plain)


def test_the_way_of_the_points_grows_with_the_epochs_if_noise_adds_up():
    reason("docs/resources/bugs", "With += the noise of all epochs adds up")

    def way(epochs, bug):
        points, _, rng = start.arms(0)
        before = points.copy()
        for _ in range(epochs):
            shown = data.shaken(points, rng, bug)
        return np.hypot(*(shown - before).T).mean()

    assert way(3200, True) > 3 * way(200, True)
    assert way(3200, False) < 1.3 * way(200, False)


def test_columns_that_say_nothing_are_enough_for_the_bug():
    many = claim("docs/resources/bugs", "Of {} columns that say nothing")
    columns, labels = data.measurements(0)
    assert columns.shape[1] - 5 == many
    noise = np.random.default_rng(0).normal(size=columns.shape)
    late, early = (
        np.mean(
            [data.score(noise, labels, seed, bug)[1] for seed in range(10)]
        )
        for bug in (False, True)
    )
    assert late < 0.6 < 0.65 < early


def test_what_comes_alone_is_its_own_mean():
    reason(
        "docs/resources/bugs",
        "A row that comes alone is its own mean, so it becomes 0",
    )
    scale, _, rows, _ = answers.trained(0)
    alone = [answers.Standardizer().fit(r).transform(r) for r in rows[:, None]]
    assert np.abs(np.concatenate(alone)).max() == 0
    assert np.abs(scale.transform(rows)).mean() > 0.5


def test_a_mirrored_matrix_keeps_its_diagonal():
    reason(
        "docs/resources/bugs",
        "would be the same too, since the diagonal is the same.",
    )
    rng = np.random.default_rng(0)
    labels, said = rng.integers(0, 3, (2, 60))
    right, wrong = (answers.counted(labels, said, b) for b in (False, True))
    assert (right.diagonal() == wrong.diagonal()).all()
    assert (right == wrong.T).all()
    assert (right != wrong).any()
    # Read from its row: precision, with the bug.
    assert wrong[2, 2] / wrong[2].sum() == (labels[said == 2] == 2).mean()


def test_an_ensemble_of_one_has_the_higher_loss_seed_by_seed():
    for seed in range(5):
        right, wrong = (answers.together(seed, bug) for bug in (False, True))
        assert right[0] < wrong[0]


def test_a_batch_that_comes_twice_is_found():
    with pytest.raises(AssertionError, match="rows come"):
        data.test_every_row_comes_once(
            lambda n, size: [0, 0, *range(2 * size, n, size)]
        )


def test_a_plain_network_is_what_the_runs_train():
    points, labels, rng = start.arms(0)
    model = start.network(2, 64, 3, rng)
    assert isinstance(model.parts[1], ReLU)
    other = Model(model.parts, SoftmaxCrossEntropy(), penalty=L2(0))
    assert start.judge(model, points, labels) == start.judge(
        other, points, labels
    )


def test_a_table_and_a_verdict_print_what_they_are_given(capsys):
    start.table(lambda seed, bug: (seed + 10 * bug,), "loss")
    start.verdict(steps.test_what_is_kept_stays, good=False, bad=True)
    assert capsys.readouterr().out.splitlines() == [
        "       loss",
        "right  0.00 2.00 4.00",
        "wrong  10.00 12.00 14.00",
        "good: passes",
        "bad: fails, kept was 1, and now it is 2",
    ]


def test_the_script_prints_what_the_page_shows(capsys):
    script = ROOT / "nnfs_code" / "chapters" / "bugs.py"
    runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    page = (ROOT / f"{PAGE}.md").read_text("utf-8")
    assert [line.rstrip() for line in printed] == [
        line
        for fence in fences(page)
        if fence.language == "output"
        for line in fence.lines
    ]
