"""What the pages of resources say of the package and its data."""

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import nnfs_code
from claims import ROOT, claim
from nnfs_code.data import spiral
from weaving import sections

NAMES = Path(__file__).resolve().parents[2] / "resources" / "names.md"


def test_the_table_of_names_has_every_public_name_of_the_package():
    table = NAMES.read_text(encoding="utf-8")
    missing = []
    for info in pkgutil.iter_modules(nnfs_code.__path__):
        module = import_module(f"nnfs_code.{info.name}")
        missing += [
            name
            for name, value in vars(module).items()
            if inspect.isclass(value)
            and value.__module__ == module.__name__
            and f"`{name}`" not in table
        ]

    assert missing == []


@pytest.mark.parametrize("seed", range(5))
def test_who_knows_the_recipe_is_right_on_as_many_points_as_stated(seed):
    stated = claim("resources/datasets", "right on about {} % of new points")

    points, labels = spiral(
        5000, 3, rng=np.random.default_rng(seed), dtype=np.float64
    )
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = np.arctan2(points[:, 0], points[:, 1])
    centre = 10 * (np.arange(3)[:, np.newaxis] + radius)
    distance = np.abs((angle - centre + np.pi) % (2 * np.pi) - np.pi)

    right = (distance.argmin(axis=0) == labels).mean()
    assert 100 * right == pytest.approx(stated, abs=1)


def test_the_capstones_begin_with_the_chapter_named():
    first = int(
        claim("docs/resources/capstones", "as in chapter {} or later.")
    )
    needed = {
        "nnfs_code/capstones.py",
        "resources/datasets/bikes-by-hour.csv.gz",
        "resources/datasets/fashion-mnist-sample.npz",
    }
    as_of = sections.slices(ROOT)
    assert needed <= as_of(first).keys()
    assert not needed <= as_of(first - 1).keys()
