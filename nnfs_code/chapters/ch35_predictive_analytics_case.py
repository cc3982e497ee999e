# --8<-- [start:ch35-imports]
"""Chapter 35: whom to send a voucher, and what to bill without a counter."""

from itertools import pairwise
from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.callbacks import EarlyStopping
from nnfs_code.cases import retail_customers, retail_inputs, stored
from nnfs_code.data import split
from nnfs_code.layers import Dense
from nnfs_code.losses import Poisson, SigmoidCrossEntropy
from nnfs_code.metrics import roc_auc
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import CosineDecay

# --8<-- [end:ch35-imports]

# --8<-- [start:ch35-cuts]
table = retail_customers()
cut, bought = table["cut"], table["bought"].astype(np.int64)
ahead = table["next_revenue"]
print("cut      customers  bought  pounds of those who did: median, mean")
for month in np.unique(cut):
    at = cut == month
    spent = ahead[at & (bought == 1)]
    print(
        f"{month:.0f}  {at.sum():9}  {bought[at].mean():6.3f}"
        f"  {np.median(spent):25.0f} {spent.mean():6.0f}"
    )
# --8<-- [end:ch35-cuts]

# --8<-- [start:ch35-rules]
past = np.flatnonzero((cut > 201009) & (cut < 201109))
now = np.flatnonzero(cut == 201109)
yes, inputs = bought[now], retail_inputs(table)
print(
    "the later the last order", f"{roc_auc(-table['recency'][now], yes):.3f}"
)
print("the more orders         ", f"{roc_auc(table['orders'][now], yes):.3f}")
# --8<-- [end:ch35-rules]


# --8<-- [start:ch35-logistic]
def logistic(inputs: Array, bought: Labels) -> tuple[Model, Standardizer]:
    """Train one neuron, by 300 steps on all rows at once."""
    scaler, rng = Standardizer().fit(inputs), np.random.default_rng(0)
    neuron = Dense(inputs.shape[1], 1, rng=rng, dtype=np.float64)
    model = Model([neuron], SigmoidCrossEntropy())
    adam, rows = Adam(CosineDecay(0.3, 300)), scaler.transform(inputs)
    targets = bought[:, np.newaxis].astype(np.float64)
    for _ in range(300):
        model.train_step(rows, targets, adam)
    return model, scaler


def says(trained: tuple[Model, Standardizer], rows: Array) -> Array:
    """Return the probability that each customer buys."""
    model, scaler = trained
    found: Array = model.predict(scaler.transform(rows))[:, 0]
    return found


neuron = logistic(inputs[past], bought[past])
linear = says(neuron, inputs[now])
print("logistic regression     ", f"{roc_auc(linear, yes):.3f}")
# --8<-- [end:ch35-logistic]


# --8<-- [start:ch35-layers]
def layers(sizes: list[int], rng: np.random.Generator) -> list[Any]:
    """Return dense layers with ReLU between, started as in chapter 19."""
    parts: list[Any] = []
    for n_in, n_out in pairwise(sizes):
        dense = Dense(n_in, n_out, rng=rng)
        dense.weights *= np.float32(100 * np.sqrt(2 / n_in))
        parts += [dense, ReLU()]
    return parts[:-1]


# --8<-- [end:ch35-layers]


# --8<-- [start:ch35-network]
def network(
    inputs: Array, bought: Labels, customers: Array, widths: tuple[int], s: int
) -> tuple[Model, Standardizer]:
    """Train on 85 % of the customers, and stop by the others."""
    rng, scaler = np.random.default_rng(s), Standardizer().fit(inputs)
    learn, held = split(
        len(inputs), 0.15, rng=rng, groups=customers.astype(np.int64)
    )
    rows = scaler.transform(inputs).astype(np.float32)
    targets = bought[:, np.newaxis].astype(np.float32)
    model = Model(layers([11, *widths, 1], rng), SigmoidCrossEntropy())
    model.fit(
        rows[learn],
        targets[learn],
        Adam(0.002),
        epochs=60,
        batch_size=128,
        rng=rng,
        validation=(rows[held], targets[held]),
        callbacks=[EarlyStopping(8)],
        progress=False,
    )
    return model, scaler


# --8<-- [end:ch35-network]

# --8<-- [start:ch35-stored]
runs = {
    name: values.astype(np.float64)
    for name, values in stored("retail-runs").items()
}
for name in ("trees", "networks"):
    aucs = [roc_auc(one, yes) for one in runs[name]]
    print(f"{name:8}", *(f"{auc:.4f}" for auc in sorted(aucs)))
print(f"linear   {roc_auc(linear, yes):.4f}")
# --8<-- [end:ch35-stored]


# --8<-- [start:ch35-auc-gap]
from nnfs_code.decisions import Interval


def auc_of(scores: Array, yes: Labels, times: Array) -> Array:
    """Return the AUC if each sample counts so many times, a row per draw."""
    order = np.argsort(scores)
    _, starts = np.unique(scores[order], return_index=True)
    bought = times[:, order] * yes[order]
    hits = np.add.reduceat(bought, starts, axis=1)  # one per score
    others = np.add.reduceat(times[:, order] - bought, starts, axis=1)
    below = others.cumsum(axis=1) - others / 2  # equal scores count half
    pairs = hits.sum(axis=1) * others.sum(axis=1)
    area: Array = (below * hits).sum(axis=1) / pairs
    return area


def auc_gap(one: Array, other: Array, yes: Labels, times: Array) -> Interval:
    """Return the AUC of one less that of the other, and 95 % of the draws."""
    gaps = auc_of(one, yes, times) - auc_of(other, yes, times)
    low, high = np.quantile(gaps, (0.025, 0.975))
    return Interval(
        roc_auc(one, yes) - roc_auc(other, yes), float(low), float(high)
    )


# --8<-- [end:ch35-auc-gap]


# --8<-- [start:ch35-auc-gaps]
def middle(name: str) -> Array:
    """Return the run of the middle AUC."""
    ranked = sorted(runs[name], key=lambda one: roc_auc(one, yes))
    found: Array = ranked[len(ranked) // 2]
    return found


network_now, trees_now = middle("networks"), middle("trees")
rng, n = np.random.default_rng(0), len(yes)
times = rng.multinomial(n, np.full(n, 1 / n), size=400).astype(np.float64)
print("network - linear", f"{auc_gap(network_now, linear, yes, times):+.4f}")
print("trees - linear  ", f"{auc_gap(trees_now, linear, yes, times):+.4f}")
print(
    "network - trees ", f"{auc_gap(network_now, trees_now, yes, times):+.4f}"
)
# --8<-- [end:ch35-auc-gaps]

# --8<-- [start:ch35-costs]
from nnfs_code.decisions import best_actions, break_even, cost_of

LETTER, VOUCHER, EARNED = 1.0, 10.0, 90.0  # pounds, all three assumed


def costs(
    share: float,
    letter: float = LETTER,
    voucher: float = VOUCHER,
    earned: float = EARNED,
) -> list[list[float]]:
    """Return the costs if `share` of those who would stay away come.

    Rows: no letter, a letter. Columns: would buy anyway, would stay away.
    """
    return [[0, 0], [letter + voucher, letter - share * (earned - voucher)]]


# --8<-- [end:ch35-costs]

# --8<-- [start:ch35-break-even]
unlikely = (says(neuron, inputs[past]) < 0.3) & (bought[past] == 1)
spent = ahead[past][unlikely]
print(f"pounds of the unlikely: median {np.median(spent):.0f}", end=", ")
print(f"mean {spent.mean():.0f}")
print("share  would buy  would stay  write to chances below")
for share in (0.02, 0.05, 0.10, 0.20):
    anyway, away = costs(share)[1]
    limit = 1 - break_even(costs(share))
    print(f"{share:.2f} {anyway:11.2f} {away:11.2f} {limit:15.2f}")
# --8<-- [end:ch35-break-even]


# --8<-- [start:ch35-letters]
def letters(chances: Array, share: float, **money: float) -> Labels:
    """Return 1 for the customers to write to, by their chance to buy."""
    both = np.column_stack([chances, 1 - chances])
    return best_actions(both, costs(share, **money))


def brought(
    chances: Array, bought: Labels, share: float, **money: float
) -> Array:
    """Return what each customer's letter would have brought, in pounds."""
    sent = letters(chances, share, **money)
    return -cost_of(sent, 1 - bought, costs(share, **money))


# --8<-- [end:ch35-letters]


# --8<-- [start:ch35-show]
def show(chances: Array, bought: Labels) -> None:
    """Print what lists promise, and what they would have brought."""
    print("share  letters  promised  brought")
    for share in (0.05, 0.10, 0.20):
        anyway, away = costs(share)[1]
        sent = letters(chances, share)
        hoped = -(sent * (chances * anyway + (1 - chances) * away)).sum()
        got = brought(chances, bought, share).sum()
        print(f"{share:.2f} {sent.sum():9} {hoped:9.0f} {got:8.0f}")


# --8<-- [end:ch35-show]

# --8<-- [start:ch35-first-lists]
show(linear, yes)
# --8<-- [end:ch35-first-lists]

# --8<-- [start:ch35-last-autumn]
recent = table["recency"] <= 274  # nine months, as for the first cut


def odds(share: float) -> float:
    """Return how many do for one who does not."""
    return share / (1 - share)


autumn = bought[cut == 201009].mean()
others = bought[past][recent[past]].mean()
shift = np.log(odds(autumn) / odds(others))
raised = 1 / (1 + (1 / linear - 1) * np.exp(-shift))
print(f"last autumn {autumn:.3f}, since then {others:.3f}: {shift:.2f}")
print(f"said {linear.mean():.3f}, raised {raised.mean():.3f}", end=", ")
print(f"true {yes.mean():.3f}; AUC {roc_auc(raised, yes):.3f}")
show(raised, yes)
# --8<-- [end:ch35-last-autumn]

# --8<-- [start:ch35-money]
from nnfs_code.decisions import paired_bootstrap


def lift(chances: Array) -> Array:
    """Return the chances, raised by what last autumn has shown."""
    lifted: Array = 1 / (1 + (1 / chances - 1) * np.exp(-shift))
    return lifted


# The clerk's rule knows two kinds of customers.
once = (table["orders"] == 1) & (table["recency"] > 90)
rule = np.where(
    once, bought[past][once[past]].mean(), bought[past][~once[past]].mean()
)[now]
rivals = [lift(one) for one in (network_now, trees_now, rule)]
print("share  network - neuron        trees - neuron          rule - neuron")
for share in (0.05, 0.10, 0.20):
    by_neuron = brought(raised, yes, share)
    gaps = [
        paired_bootstrap(
            brought(one, yes, share), by_neuron, rng=np.random.default_rng(0)
        )
        for one in rivals
    ]
    print(f"{share:.2f}", *(f"{gap:+.2f}" for gap in gaps), sep="  ")
# --8<-- [end:ch35-money]


# --8<-- [start:ch35-money-all]
print("letters, pounds in all")
for share in (0.05, 0.10, 0.20):
    line = f"{share:.2f} "
    for name, one in (("neuron", raised), ("rule", rivals[-1])):
        pounds = brought(one, yes, share).sum()
        line += f" {name}: {letters(one, share).sum():4} {pounds:6.0f} "
    print(line.rstrip())
# --8<-- [end:ch35-money-all]


# --8<-- [start:ch35-pushed]
def pushed(chances: Array, push: float) -> tuple[Labels, Array]:
    """Return whom to write to if a letter adds `push` to each logit."""
    after = 1 / (1 + (1 / chances - 1) * np.exp(-push))
    gains = (after - chances) * EARNED - after * VOUCHER - LETTER
    return (gains > 0).astype(np.int64), after - chances


def push_for(chances: Array, effect: float) -> float:
    """Return the push that has this mean effect, by halving."""
    low, high = 0.0, 5.0
    while high - low > 1e-6:
        push = (low + high) / 2
        if pushed(chances, push)[1].mean() < effect:
            low = push
        else:
            high = push
    return high


# --8<-- [end:ch35-pushed]

# --8<-- [start:ch35-pushes]
print("mean    letters if it wins    on both  a push pays")
print("effect  a share  a push       lists    for chances of")
for share in (0.05, 0.10, 0.20):
    one = letters(raised, share)
    effect = (share * (1 - raised)).mean()
    other, _ = pushed(raised, push_for(raised, effect))
    both, of_push = (one & other).sum(), raised[other == 1]
    line = f"{effect:.3f} {one.sum():8} {other.sum():7} {both:13}"
    for chance in np.quantile(of_push, (0, 1)) if len(of_push) else ():
        line += f"  {chance:.2f}"
    print(line)
# --8<-- [end:ch35-pushes]


# --8<-- [start:ch35-flip]
def needed_share(**money: float) -> float:
    """Return from which share on the letters bring 1,000 pounds."""
    shares = (percent / 100 for percent in range(1, 100))
    return next(
        (s for s in shares if brought(raised, yes, s, **money).sum() >= 1000),
        1.0,
    )


print(f"as assumed     {needed_share():.2f}")
for name, pair in (
    ("earned", (45, 180)),
    ("voucher", (5, 20)),
    ("letter", (0, 2)),
):
    for value in pair:
        found = needed_share(**{name: value})
        print(f"{name:7} {value:3} -> {found:.2f}")
# --8<-- [end:ch35-flip]


# --8<-- [start:ch35-test-size]
def customers_needed(share: float, chance: float) -> float:
    """Return how many per half show an effect, in 4 of 5 tests."""
    effect = share * (1 - chance)
    mean = chance + effect / 2
    spread = 2 * mean * (1 - mean)
    return float((1.96 + 0.84) ** 2 * spread / effect**2)


written = letters(raised, 0.1) == 1
share_of_them = yes[written].mean()
print(f"on the list: {written.sum()}, of whom {share_of_them:.2f} bought")
for share in (0.05, 0.10, 0.20):
    print(
        f"{share:.2f}: {customers_needed(share, share_of_them):5.0f} per half"
    )
# --8<-- [end:ch35-test-size]


# --8<-- [start:ch35-bike-inputs]
from datetime import date, timedelta

from nnfs_code.capstones import bikes_by_hour


def dates_of(days: Array) -> tuple[Labels, Labels]:
    """Return month and day of the month, for days of the year 2011."""
    found = [date(2010, 12, 31) + timedelta(days=int(day)) for day in days]
    return np.array([d.month for d in found]), np.array([d.day for d in found])


def bike_inputs(bikes: dict[str, Array], *, hint: bool = False) -> Array:
    """Return calendar and weather, one column per hour, weekday, month ….

    With `hint`, 24 more: those of the hours again, on working days alone.
    """
    codes: dict[str, Array] = {"hour": bikes["hour"]}
    codes |= {name: bikes[name] for name in ("weekday", "weather")}
    codes["month"] = dates_of(bikes["day"])[0].astype(np.float64)
    flags = [
        values[:, np.newaxis] == np.unique(values) for values in codes.values()
    ]
    if hint:
        flags.append(flags[0] & (bikes["working_day"][:, np.newaxis] == 1))
    numbers = [
        bikes[n] for n in ("holiday", "temperature", "humidity", "wind")
    ]
    return np.column_stack([*numbers, *flags]).astype(np.float64)


# --8<-- [end:ch35-bike-inputs]


# --8<-- [start:ch35-counts]
def counts(
    inputs: Array, hires: Array, now: Array, widths: tuple[int, ...], seed: int
) -> Array:
    """Train on hours with a count; return the rates of the hours `now`.

    Without `widths` there is no hidden layer: a Poisson regression.
    """
    rng, scaler = np.random.default_rng(seed), Standardizer().fit(inputs)
    rows = scaler.transform(inputs).astype(np.float32)
    targets = hires[:, np.newaxis].astype(np.float32)
    *parts, last = layers([inputs.shape[1], *widths, 1], rng)
    last.weights *= np.float32(0.1)
    last.biases += np.float32(np.log(hires.mean()))
    model, steps = Model([*parts, last], Poisson()), 30 * -(-len(rows) // 64)
    adam = Adam(CosineDecay(0.005, steps))
    model.fit(
        rows, targets, adam, epochs=30, batch_size=64, rng=rng, progress=False
    )
    logs = model.predict(scaler.transform(now).astype(np.float32))
    rates: Array = np.exp(logs[:, 0].astype(np.float64))
    return rates


# --8<-- [end:ch35-counts]

# --8<-- [start:ch35-bike-split]
bikes = bikes_by_hour()
hires, day, hour = bikes["hires"], bikes["day"], bikes["hour"]
months, days = dates_of(day)
down = days >= 22
known, lost = np.flatnonzero(~down), np.flatnonzero(down)
print(f"{len(known)} hours known, {len(lost)} lost, on", end=" ")
print(f"{len(np.unique(day[lost]))} days; {hires[lost].mean():.0f} an hour")
# --8<-- [end:ch35-bike-split]


# --8<-- [start:ch35-table-around]
def table_around(day: Array, hour: Array, kind: Array, hires: Array) -> Array:
    """Return the mean of the known days up to 16 before and after.

    Of the same hour, and of the same kind of day: working or not.
    """
    means = np.zeros(len(lost))
    for place, k in enumerate(lost):
        near = np.abs(day[known] - day[k]) <= 16
        alike = (hour[known] == hour[k]) & (kind[known] == kind[k])
        means[place] = hires[known][near & alike].mean()
    return means


# --8<-- [end:ch35-table-around]

# --8<-- [start:ch35-bike-rungs]
bike_runs = {
    name: values.astype(np.float64)
    for name, values in stored("bikes-runs").items()
}
flat = np.full((1, len(lost)), hires[known].mean())
around = table_around(day, hour, bikes["working_day"], hires)[np.newaxis]
rungs = {"one mean": flat, "table around": around, **bike_runs}
print("hires wrong, middle of the seeds:   per hour   least and most")
for name, rates in rungs.items():
    wrong = np.abs(rates - hires[lost]).mean(axis=1)
    ends = f"{wrong.min():.1f} {wrong.max():.1f}"
    print(f"{name:34} {np.median(wrong):9.1f}   {ends}")
# --8<-- [end:ch35-bike-rungs]


# --8<-- [start:ch35-bike-gaps]
def seed_of_the_middle(rates: Array) -> Array:
    """Return the run whose error per hour is the middle one."""
    wrong = np.abs(rates - hires[lost]).mean(axis=1)
    found: Array = rates[wrong.argsort()[len(wrong) // 2]]
    return found


def bike_gap(one: str, other: str, keys: Any) -> Interval:
    """Return how much more one is wrong per hour, drawing whole groups."""
    wrong, less = (
        np.abs(seed_of_the_middle(rungs[name]) - hires[lost])
        for name in (one, other)
    )
    rng = np.random.default_rng(0)
    return paired_bootstrap(wrong, less, rng=rng, groups=keys[lost])


print("networks less …  drawing days             drawing outages")
for name in ("poisson", "poisson_hint", "table around", "trees"):
    by_day = f"{bike_gap('networks', name, day):+.1f}"
    by_outage = f"{bike_gap('networks', name, months):+.1f}"
    print(f"{name:16} {by_day:24} {by_outage}")
# --8<-- [end:ch35-bike-gaps]


# --8<-- [start:ch35-bills]
def wrong_by(rates: Array, keys: Any) -> Array:
    """Return the hires wrong in each day, or in each outage: of the sum."""
    _, places = np.unique(keys, return_inverse=True)
    sums = np.bincount(places, weights=rates - hires[lost])
    return np.asarray(np.abs(sums), np.float64)


print("hires wrong in       an hour  a day  ten days")
for name in ("one mean", "table around", "poisson", "networks", "trees"):
    rates = seed_of_the_middle(rungs[name])
    per_hour = np.abs(rates - hires[lost]).mean()
    per_day = wrong_by(rates, day[lost]).mean()
    per_bill = wrong_by(rates, months[lost]).mean()
    print(f"{name:18} {per_hour:9.0f} {per_day:6.0f} {per_bill:9.0f}")
bill = np.bincount(months[lost], weights=hires[lost])[1:].mean()
print(f"there were         {hires[lost].mean():9.0f}", end=" ")
print(f"{bill * 12 / len(np.unique(day[lost])):6.0f} {bill:9.0f}")
# --8<-- [end:ch35-bills]

# --8<-- [start:ch35-groups]
for name, group in (
    ("all", np.full(len(now), True)),
    ("abroad", table["abroad"][now] == 1),
    ("new or back in 90 days", table["tenure"][now] <= 90),
    ("one order in the year", table["orders"][now] == 1),
):
    auc = roc_auc(raised[group], yes[group])
    print(
        f"{name:24} {group.sum():5}  said {raised[group].mean():.2f}"
        f"  true {yes[group].mean():.2f}  AUC {auc:.2f}"
    )
# --8<-- [end:ch35-groups]

# --8<-- [start:ch35-wrong-split]
keys = table["customer"][past].astype(np.int64)
rest, held = split(len(past), 0.25, rng=np.random.default_rng(0), groups=keys)
inside = logistic(inputs[past[rest]], bought[past[rest]])
chances, did = says(inside, inputs[past[held]]), bought[past[held]]
print(f"said {chances.mean():.3f}, true {did.mean():.3f}", end=", ")
print(f"AUC {roc_auc(chances, did):.3f}")
show(chances, did)
# --8<-- [end:ch35-wrong-split]

# --8<-- [start:ch35-wrong-auc]
for name, said in (("as they are", linear), ("raised", raised)):
    print(f"{name:11} AUC {roc_auc(said, yes):.4f}", end=", ")
    print(f"said {said.mean():.3f}, true {yes.mean():.3f}")
# --8<-- [end:ch35-wrong-auc]

# --8<-- [start:ch35-wrong-scale]
heavy = (bikes["weather"] == 3).astype(np.float64)[:, np.newaxis]
print("hours of heavy rain or snow:", end=" ")
print(f"known {heavy[known].sum():.0f}, lost {heavy[lost].sum():.0f}")
by_hand = (heavy - heavy[known].mean()) / (heavy[known].std() + 1e-9)
by_class = Standardizer().fit(heavy[known]).transform(heavy)
print(f"largest: {by_hand.max():.0e} by hand, {by_class.max():.0f} by class")
# --8<-- [end:ch35-wrong-scale]

# --8<-- [start:ch35-solution-1]
for p in (0.1, 0.3, 0.5):
    print(f"{p}: {(1 - p) * 0.10 * (90 - 10) - p * 10 - 1:.2f} pounds")
# --8<-- [end:ch35-solution-1]

# --8<-- [start:ch35-solution-2]
mixed = np.array([0.9, 0.6, 0.2, 0.1]), np.array([1, 0, 1, 0])
print("AUC", roc_auc(*mixed), auc_of(*mixed, np.ones((1, 4))))
print("the second counts three times:", end=" ")
print(auc_of(*mixed, np.array([[1.0, 3.0, 1.0, 1.0]])))
# --8<-- [end:ch35-solution-2]

# --8<-- [start:ch35-solution-3]
for voucher in (5.0, 10.0, 20.0):
    got = [
        brought(raised, yes, share, voucher=voucher).sum()
        for share in (0.05, 0.10, 0.20)
    ]
    print(f"{voucher:4.0f}", *(f"{total:7.0f}" for total in got))
# --8<-- [end:ch35-solution-3]

# --8<-- [start:ch35-solution-4]
columns = bike_inputs(bikes, hint=True)
air = np.column_stack([bikes[n] for n in ("temperature", "humidity", "wind")])
more = np.column_stack([columns, air**2])
hinted = counts(more[known], hires[known], more[lost], (), seed=0)
print(f"per hour {np.abs(hinted - hires[lost]).mean():.1f}")
# --8<-- [end:ch35-solution-4]
