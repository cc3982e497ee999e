# --8<-- [start:ch37-imports]
"""Chapter 37: what has to follow after a good score."""

import json
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels

# --8<-- [end:ch37-imports]

# --8<-- [start:ch37-loans]
from nnfs_code.cases import credit_features, credit_model, german_credit
from nnfs_code.data import split
from nnfs_code.preprocessing import Standardizer

loans = german_credit()
bad, points = loans["bad"].astype(int), credit_features(loans)
# --8<-- [end:ch37-loans]


# --8<-- [start:ch37-three-ways]
def three_ways(
    seed: int, hidden: tuple[int, ...] = (32,), penalty: float = 0.0
) -> dict[str, tuple[Array, Labels]]:
    """Train on 400 loans; return what is said of them and of 2 x 300 others.

    Each with the truth.
    """
    rng = np.random.default_rng(seed)
    rest, test = split(1000, 0.3, rng=rng, classes=bad)
    a, b = split(700, 3 / 7, rng=rng, classes=bad[rest])
    learn, tune = rest[a], rest[b]
    scaler = Standardizer().fit(points[learn])
    rows, targets = scaler.transform(points), bad.astype(np.float64)
    model = credit_model(
        rows[learn], targets[learn], hidden, penalty, seed=seed
    )
    said = model.predict(rows)[:, 0]
    parts = {"learn": learn, "tune": tune, "test": test}
    return {name: (said[part], bad[part]) for name, part in parts.items()}


splits = [three_ways(seed) for seed in range(8)]
# --8<-- [end:ch37-three-ways]

# --8<-- [start:ch37-reliability]
from nnfs_code.calibration import reliability_of_yes

tests = [parts["test"] for parts in splits]
said, true = (np.concatenate(parts) for parts in zip(*tests, strict=True))
table = reliability_of_yes(said, true, n_bins=5)
print("said   true   loans")
for row in zip(*table, strict=True):
    print("{:.2f}   {:.2f}   {:5}".format(*row))
print(f"mean gap {table.error:.3f}")
# --8<-- [end:ch37-reliability]

# --8<-- [start:ch37-brier-by-hand]
from nnfs_code.calibration import brier_score

happened = np.array([1, 0, 1, 0])
for name, forecast in (
    ("careful", [0.7, 0.3, 0.7, 0.3]),
    ("careful, once wrong", [0.7, 0.3, 0.3, 0.3]),
    ("bold", [0.96, 0.04, 0.96, 0.04]),
    ("bold, once wrong", [0.96, 0.04, 0.04, 0.04]),
    ("always 1/2", [0.5, 0.5, 0.5, 0.5]),
):
    print(f"{name:19} {brier_score(np.array(forecast), happened):.3f}")
# --8<-- [end:ch37-brier-by-hand]


# --8<-- [start:ch37-recalibrated]
from nnfs_code.calibration import Isotonic, Temperature
from nnfs_code.decisions import best_actions, cost_of

COSTS: list[list[float]] = [[0, 5], [1, 0]]  # grant, refuse; if repaid, if not


def both(chances: Array) -> Array:
    """Return two columns: no, and yes."""
    return np.column_stack([1 - chances, chances])


def judged(chances: Array, true: Labels) -> list[float]:
    """Return Brier score, mean gap and cost per loan."""
    gap = reliability_of_yes(chances, true, n_bins=5).error
    actions = best_actions(both(chances), COSTS)
    cost = cost_of(actions, true, COSTS).mean()
    return [brier_score(chances, true), gap, float(cost)]


# --8<-- [end:ch37-recalibrated]

# --8<-- [start:ch37-recalibrated-run]
kinds = ("as it is", "temperature", "isotonic")
found: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
temperatures = []
for parts in splits:
    (tuned, answers), (said, true) = parts["tune"], parts["test"]
    softer = Temperature().fit(both(tuned), answers)
    temperatures.append(softer.temperature)
    stairs = Isotonic().fit(tuned, answers)
    softened = softer.transform(both(said))[:, 1]
    for kind, fixed in zip(
        kinds, (said, softened, stairs.transform(said)), strict=True
    ):
        found[kind].append(judged(fixed, true))
linear = [three_ways(seed, (), 0.03)["test"] for seed in range(8)]
found["logistic"] = [judged(said, true) for said, true in linear]
print("middle of eight:  Brier    gap   cost per loan (least, most)")
for kind, worths in found.items():
    middle, paid = np.median(worths, axis=0), np.array(worths)[:, 2]
    print(f"{kind:16}  {middle[0]:.3f}  {middle[1]:.3f}", end="   ")
    print(f"{middle[2]:.3f} ({paid.min():.3f}, {paid.max():.3f})")
low, high = min(temperatures), max(temperatures)
print(f"temperatures from {low:.1f} to {high:.1f}")
# --8<-- [end:ch37-recalibrated-run]

# --8<-- [start:ch37-ask]
from nnfs_code.cases import stored

runs = stored("credit-runs")["linear"].astype(np.float64)  # five seeds


def with_people(fee: float, errs: float) -> tuple[float, float]:
    """Return the share of loans that people see, and the cost per loan.

    They cost `fee` each, and err on a share of good and of bad loans.
    """
    person: list[float] = [fee + errs, fee + 5 * errs]
    table = [*COSTS, person]
    looked, costs = [], []
    for one in runs:
        actions = best_actions(both(one), table)
        looked.append((actions == 2).mean())
        costs.append(cost_of(actions, bad, table).mean())
    return float(np.mean(looked)), float(np.mean(costs))


# --8<-- [end:ch37-ask]

# --8<-- [start:ch37-ask-run]
print("a look costs   people err   loans seen   cost per loan   all seen")
for fee in (0.1, 0.2):
    for errs in (0.05, 0.1, 0.15, 0.2, 0.25):
        seen, each = with_people(fee, errs)
        every = fee + errs * (0.7 + 0.3 * 5)
        print(f"{fee:12.1f}   {errs:10.2f}   {seen:10.2f}", end="")
        print(f"   {each:13.3f}   {every:8.3f}")
print(f"nobody is asked: {with_people(9, 0)[1]:.3f}")
# --8<-- [end:ch37-ask-run]

# --8<-- [start:ch37-customers]
from nnfs_code.cases import retail_customers, retail_inputs
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

customers = retail_customers()
cut, bought = customers["cut"], customers["bought"].astype(int)
inputs = retail_inputs(customers)


def neuron(inputs: Array, targets: Labels) -> tuple[Model, Standardizer]:
    """Train one neuron on all rows at once, as chapter 35 does."""
    scaler, rng = Standardizer().fit(inputs), np.random.default_rng(0)
    part = Dense(inputs.shape[1], 1, rng=rng, dtype=np.float64)
    model, rows = (
        Model([part], SigmoidCrossEntropy()),
        scaler.transform(inputs),
    )
    adam = Adam(CosineDecay(0.3, 300))
    wanted = targets[:, np.newaxis].astype(np.float64)
    for _ in range(300):
        model.train_step(rows, wanted, adam)
    return model, scaler


# --8<-- [end:ch37-customers]

# --8<-- [start:ch37-monitor]
from nnfs_code.drift import stability_index, surprise, two_samples

names = list(customers)[2:13]  # the inputs
says: dict[
    int, tuple[Array, Labels]
] = {}  # month -> what was said of all rows, and where it had learned
for month in (201103, 201106, 201109):
    past: Labels = np.flatnonzero((cut > 201009) & (cut < month))
    model, scaler = neuron(inputs[past], bought[past])
    says[month] = model.predict(scaler.transform(inputs))[:, 0], past
print("index of   recency  tenure  the rest  score   said   true  deviations")
for month, (scores, learned) in says.items():
    at = cut == month
    index = {
        name: stability_index(column[learned], column[at])
        for name, column in zip(names, inputs.T, strict=True)
    }
    rest = max(v for k, v in index.items() if k not in ("recency", "tenure"))
    score = stability_index(scores[learned], scores[at])
    came = surprise(scores[at], bought[at])
    print(
        f"{month}     {index['recency']:7.2f} {index['tenure']:7.2f}", end=""
    )
    print(f"  {rest:8.2f} {score:6.2f}  {scores[at].mean():.3f}", end="")
    print(f"  {bought[at].mean():.3f}  {came.deviations:+10.1f}")
# --8<-- [end:ch37-monitor]

# --8<-- [start:ch37-without-labels]
from nnfs_code.calibration import rebased
from nnfs_code.metrics import roc_auc


def share_by_scores(said: Array, was: float) -> float:
    """Return the share of yeses that fits the scores, without an answer."""
    now = was
    for _ in range(500):
        now = float(rebased(said, was=was, now=now).mean())
    return now


scores, past = says[201109]
now = np.flatnonzero(cut == 201109)
chances, yes, was = scores[now], bought[now], bought[past].mean()
apart = two_samples(scores[past], chances)
print(f"largest gap of the scores {apart.distance:.3f}", end=", ")
print(f"by chance once in {10 ** round(-np.log10(apart.chance)):,}")
print(f"share before {was:.3f}, by the scores", end=" ")
print(f"{share_by_scores(chances, was):.3f}, true {yes.mean():.3f}")
print(f"AUC {roc_auc(chances, yes):.3f}")
# --8<-- [end:ch37-without-labels]

# --8<-- [start:ch37-weeks]
from nnfs_code.capstones import DATASETS

weeks = json.loads((DATASETS / "retail-weeks.json").read_text("ascii"))
shares = {
    month: np.array(counts) / (cut == int(month)).sum()
    for month, counts in weeks.items()
}
known = np.array([shares[month] for month in ("201012", "201103", "201106")])
# --8<-- [end:ch37-weeks]

# --8<-- [start:ch37-weeks-run]
print("week  least  most  of three cuts   this autumn")
for week in (1, 2, 3, 4, 5, 6, 8, 10, 13):
    low, high = known[:, week - 1].min(), known[:, week - 1].max()
    came = shares["201109"][week - 1]
    print(f"{week:4}  {low:.3f}  {high:.3f}  {came:23.3f}", end="")
    print("  above all" if came > high else "")
this = shares["201109"]
for name, line, others in (
    ("June", known[2], known[:2]),
    ("now", this, known),
):
    lead = line[4] - others[:, 4].max()
    print(f"after five weeks, above all known: {name}, by {lead:.3f}")
# --8<-- [end:ch37-weeks-run]

# --8<-- [start:ch37-repairs]
recent = customers["recency"] <= 274  # the first cut has nine months
last = np.flatnonzero(cut == 201009)
before = bought[past][recent[past]].mean()
autumn = bought[last].mean()
june, tested = says[201106][0], cut == 201106
in_june = Isotonic().fit(june[tested], bought[tested])
softer = Temperature().fit(both(june[tested]), bought[tested])
more = np.concatenate([past, last])
again, scale = neuron(inputs[more], bought[more])
early, usual = shares["201109"][4], known[:, 4].mean()
now_known = min(0.9, float(was * early / usual))
repairs: dict[str, Array] = {
    "as it is": chances,
    "isotonic, of June": in_june.transform(chances),
    "temperature, of June": softer.transform(both(chances))[:, 1],
    "trained on last autumn too": again.predict(scale.transform(inputs[now]))[
        :, 0
    ],
    "last autumn's shift": rebased(chances, was=before, now=autumn),
    "five weeks' shift": rebased(chances, was=was, now=now_known),
    "the final share's shift": rebased(chances, was=was, now=yes.mean()),
}
# --8<-- [end:ch37-repairs]

# --8<-- [start:ch37-repairs-run]
LETTER = [[0, 0], [11, -7]]  # none, one; who would buy anyway, who would not
print(
    "                            said   gap  Brier  letters  promised brought"
)
for name, fixed in repairs.items():
    gap = reliability_of_yes(fixed, yes).error
    letters = best_actions(both(1 - fixed), LETTER)
    gains = -cost_of(letters, 1 - yes, LETTER).sum()
    hoped = (letters * (7 * (1 - fixed) - 11 * fixed)).sum()
    print(f"{name:26} {fixed.mean():.3f} {gap:.3f}", end="  ")
    print(f"{brier_score(fixed, yes):.3f}  {letters.sum():7}", end=" ")
    print(f"{hoped:9.0f} {gains:7.0f}")
# --8<-- [end:ch37-repairs-run]

# --8<-- [start:ch37-sizes]
from nnfs_code.experiments import (
    effect,
    power_of,
    sample_size,
    simulated_power,
)

ours = repairs["last autumn's shift"]
listed = np.flatnonzero(best_actions(both(1 - ours), LETTER))
share = yes[listed].mean()  # who buy without a letter
print(f"{len(listed)} on the list, {share:.3f} of them buy anyway")
print("letters win   share with   needed per half   power with this list")
for wins in (0.02, 0.05, 0.1, 0.2):
    other = share + wins * (1 - share)
    half = len(listed) // 2
    print(
        f"{wins:11.2f}   {other:10.3f}   {sample_size(share, other):15}",
        end="",
    )
    print(f"   {power_of(share, other, half):20.2f}")
# --8<-- [end:ch37-sizes]


# --8<-- [start:ch37-on-the-list]
def halves(wins: float, rng: np.random.Generator) -> bool:
    """Split the list by lot, write to one half; return if it shows."""
    mixed = rng.permutation(yes[listed])
    without, lettered = mixed[:half], mixed[half : 2 * half].copy()
    lettered[(lettered == 0) & (rng.random(half) < wins)] = 1
    return not effect(without.sum(), half, lettered.sum(), half).tie


rng = np.random.default_rng(37)
for wins in (0.0, 0.05, 0.1):
    other = share + wins * (1 - share)
    by_lot = np.mean([halves(wins, rng) for _ in range(1000)])
    drawn = simulated_power(share, other, half, rng=rng, repeats=1000)
    print(f"letters win {wins:.2f}: seen in {by_lot:.2f} of splits", end="")
    print(f", {drawn:.2f} of draws")
# --8<-- [end:ch37-on-the-list]

# --8<-- [start:ch37-release]
from nnfs_code.release import Card, Shelf, publish

shelf_folder = tempfile.TemporaryDirectory()  # goes at the end
models = Path(shelf_folder.name)
plain = ("recency", "tenure", "orders", "products")
four = np.column_stack([customers[name] for name in plain])
stays, scaler = neuron(four[past], 1 - bought[past])
part: Any = stays.parts[0]
part.weights /= scaler.scale[:, np.newaxis]  # the scale goes into the layer
part.biases -= scaler.shift @ part.weights
area = roc_auc(stays.predict(four[now]), 1 - yes[:, np.newaxis])
print(f"AUC {area:.3f} with four columns")
# --8<-- [end:ch37-release]

# --8<-- [start:ch37-versions]
limits = {
    name: (float(column.min()), float(column.max()))
    for name, column in zip(plain, four[past].T, strict=True)
}
question = "stays away for 90 days without a letter"
limit = 11 / 18  # from (35.2): write to those who stay away so surely
notes = {"learned from": "cuts of December, March and June"}
card = Card("2011-09-a", question, limits, limit, limit, notes)
publish(models, stays, card)
part.biases -= np.log(autumn / (1 - autumn) / (before / (1 - before)))
notes = {
    **notes,
    "lowered by": "how much higher the odds of buying were last autumn",
}
publish(models, stays, replace(card, version="2011-09-b", notes=notes))
shelf = Shelf(models)
shelf.switch("2011-09-b")
print(*sorted(path.name for path in models.iterdir()))
# --8<-- [end:ch37-versions]

# --8<-- [start:ch37-batch]
from nnfs_code.batch import predict_file

(models / "in.csv").write_text(
    """customer,recency,tenure,orders,products
17,12,340,9,120
18,200,210,1,14
19,-3,200,2,20
20,90,,4,31
21,365,365,1,2000
22,90,300,4
"""
)
told = predict_file(shelf.release(), models / "in.csv", models / "out.csv")
answers_text = (models / "out.csv").read_text("utf-8")
print(answers_text, end="")
print(*(textwrap.fill(line, 76) for line in told.problems), sep="\n")
# --8<-- [end:ch37-batch]

# --8<-- [start:ch37-talk]
import asyncio

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from nnfs_code.service import listen


async def talk(*requests: tuple[str, str | None]) -> None:
    """Start the service, ask it, print status and answer, and stop it."""
    server, port = listen(models, 0)
    client, kind = AsyncHTTPClient(), {"Content-Type": "application/json"}
    for path, body in requests:
        request = HTTPRequest(
            f"http://127.0.0.1:{port}{path}",
            "GET" if body is None else "POST",
            headers=kind if body is not None else None,
            body=body,
        )
        answer = await client.fetch(request, raise_error=False)
        text = f"{answer.code} {answer.body.decode()}"
        print(textwrap.fill(text, 78, subsequent_indent="    "))
    server.stop()
    await server.close_all_connections()
    client.close()


# --8<-- [end:ch37-talk]

# --8<-- [start:ch37-asked]
one = '{"recency": 200, "tenure": 210, "orders": 1, "products": 14}'
requests = [
    ("/predict", f'{{"rows": [{one}]}}'),
    ("/predict", '{"rows": [{"recency": NaN, "tenure": 210}]}'),
    ("/predict", "recency=200"),
    ("/predict", None),
    ("/models", None),
    ("/health", None),
]
asyncio.run(talk(*requests))
# --8<-- [end:ch37-asked]

# --8<-- [start:ch37-back]
shelf.switch("2011-09-a")
asyncio.run(talk(requests[0]))
shelf.switch("2011-09-b")
asyncio.run(talk(requests[0]))
# --8<-- [end:ch37-back]

# --8<-- [start:ch37-cost]
measured = json.loads((DATASETS / "cost-of-running.json").read_text("ascii"))
WATTS = 15  # per busy core, assumed
print("processor seconds per 1,000   one neuron   network    trees   joules")
for way in ("at once", "one by one", "CSV file", "service, 1 row a request"):
    times = [measured[kind].get(way) for kind in ("one neuron", "network")]
    trees = measured["trees"].get(way)
    third = f"{trees:9.4f}" if trees else f"{'':9}"
    print(f"{way:28} {times[0]:11.5f} {times[1]:9.5f}{third}", end="")
    print(f" {WATTS * times[1]:8.3f}")
# --8<-- [end:ch37-cost]

# --8<-- [start:ch37-wrong-own]
for name in ("tune", "learn"):
    worths = []
    for parts in splits:
        (tuned, answers), (said, true) = parts[name], parts["test"]
        softer = Temperature().fit(both(tuned), answers)
        softened = softer.transform(both(said))[:, 1]
        worths.append([softer.temperature, *judged(softened, true)])
    middle = np.median(worths, axis=0)
    print(f"fitted on {name:5}: temperature {middle[0]:.2f}", end=", ")
    print(f"Brier {middle[1]:.3f}, cost {middle[3]:.3f}")
# --8<-- [end:ch37-wrong-own]

# --8<-- [start:ch37-wrong-threshold]
from nnfs_code.metrics import best_threshold

paid_by = []
for parts in splits:
    (tuned, answers), (said, true) = parts["tune"], parts["test"]
    softer = Temperature().fit(both(tuned), answers)
    softened = softer.transform(both(said))[:, 1]
    old = best_threshold(tuned, answers, cost_fp=1, cost_fn=5)
    paid_by.append(
        [
            cost_of((values >= limit).astype(int), true, COSTS).mean()
            for values, limit in ((said, old), (softened, old))
        ]
    )
print(
    "the tried threshold: {:.3f}; after a new temperature: {:.3f}".format(
        *np.median(paid_by, axis=0)
    )
)
# --8<-- [end:ch37-wrong-threshold]

# --8<-- [start:ch37-wrong-peeking]
rng, looks = np.random.default_rng(37), range(200, 2001, 200)
alarms = []
for _ in range(500):
    a, b = (rng.random((2, 2000)) < 0.3).cumsum(axis=1).tolist()
    alarms.append([not effect(a[n - 1], n, b[n - 1], n).tie for n in looks])
seen_once = np.array(alarms).any(axis=1).mean()
print(f"no effect at all; seen at the end {np.mean(alarms, axis=0)[-1]:.2f}")
print(f"seen at one of ten looks {seen_once:.2f}")
# --8<-- [end:ch37-wrong-peeking]

# --8<-- [start:ch37-wrong-columns]
right = {"recency": 40, "tenure": 350, "orders": 3, "products": 30}
swapped = {**right, "recency": 350, "tenure": 40}
release = shelf.release()
for name, customer in (("right", right), ("exchanged", swapped)):
    [answer] = release.answers([release.card.row(customer)])
    print(f"{name:9} {answer.probability:.2f} {answer.decision}")
# --8<-- [end:ch37-wrong-columns]

# --8<-- [start:ch37-solution-1]
two = np.array([0.8, 0.3])
print(f"{brier_score(two, np.array([1, 1])):.3f}")
print(f"{brier_score(both(two), np.array([1, 1])):.3f} over two columns")
# --8<-- [end:ch37-solution-1]

# --8<-- [start:ch37-solution-2]
for chance in (0.02, 0.1, 1 / 6, 0.5, 0.9):
    print(f"{chance:.2f}: ask below {min(5 * chance, 1 - chance):.2f}")
# --8<-- [end:ch37-solution-2]

# --8<-- [start:ch37-solution-3]
for other in (0.31, 0.32, 0.34):
    n = sample_size(0.30, other)
    print(f"0.30 against {other}: {n} per half")
# --8<-- [end:ch37-solution-3]

# --8<-- [start:ch37-solution-4]
is_autumn = (cut % 100 == 9).astype(np.float64)
wider = np.column_stack([inputs, is_autumn])
knows, scale = neuron(wider[more], bought[more])
fixed = knows.predict(scale.transform(wider[now]))[:, 0]
print(f"said {fixed.mean():.3f}, true {yes.mean():.3f}", end=", ")
print(f"gap {reliability_of_yes(fixed, yes).error:.3f}", end=", ")
print(f"Brier {brier_score(fixed, yes):.3f}")
# --8<-- [end:ch37-solution-4]

# --8<-- [start:ch37-solution-5]
(models / "2011-09-a.npz").write_bytes(b"not a model")
try:
    shelf.switch("2011-09-a")
except ValueError as error:
    print(textwrap.fill(str(error), 78))
print("answering:", shelf.release().card.version)
shelf_folder.cleanup()
# --8<-- [end:ch37-solution-5]
