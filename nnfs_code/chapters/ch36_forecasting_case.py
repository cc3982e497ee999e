# --8<-- [start:ch36-imports]
"""Chapter 36: forecasts of electricity and of traffic, and what they save."""

import numpy as np

from nnfs_code.arrays import Array, Labels
from nnfs_code.cases import electricity, stored, traffic
from nnfs_code.decisions import Interval, paired_bootstrap
from nnfs_code.forecasting import (
    Ridge,
    coverage,
    residual_interval,
    rolling_origin,
)
from nnfs_code.hours import day_rows, hour_rows
from nnfs_code.validation import folds

# --8<-- [end:ch36-imports]

# --8<-- [start:ch36-order-cost]
SHORT, OVER = 0.06, 0.02  # euros per kilowatt-hour


def order_cost(order: Array, need: Array, short: float = SHORT) -> Array:
    """Return what an order costs beyond the price of what is needed."""
    missing = need - order
    cost: Array = np.where(missing > 0, short * missing, -OVER * missing)
    return cost


ordered, needed = np.array([100.0, 100.0]), np.array([110.0, 90.0])
print("euros:", order_cost(ordered, needed).round(2))
# --8<-- [end:ch36-order-cost]

# --8<-- [start:ch36-electricity]
days = electricity()
points, targets, yesterday = day_rows(days)
n, truth = len(targets), targets[-180:]
print(f"{len(days)} days, {n} with a week of past, {points.shape[1]} columns")
print(f"judged by the last 180 days, mean load {truth.mean():.0f}")
# --8<-- [end:ch36-electricity]

# --8<-- [start:ch36-clock]
odd = np.argwhere(days < 500)
for day, hour in odd:
    date = np.datetime64("2012-01-01") + int(day)
    print(f"{date}, hour {hour}: {days[day, hour]:.0f}")
# --8<-- [end:ch36-clock]


# --8<-- [start:ch36-naive]
def error(said: Array) -> float:
    """Return the mean absolute error of forecasts of the 180 days."""
    return float(np.abs(said - truth).mean())


week_ago = days[-187:-7]
print(f"like yesterday   {error(yesterday[-180:]):6.1f}")
print(f"like a week ago  {error(week_ago):6.1f}")
# --8<-- [end:ch36-naive]


# --8<-- [start:ch36-roll]
Splits = list[tuple[Labels, Labels]]


def ridge_from(
    points: Array, base: Array, splits: Splits, strength: float = 100.0
) -> Array:
    """Return ridge's forecasts, each from the past before its origin.

    It learns how far the loads are from `base`.
    """
    changes = targets - base
    said = [
        Ridge(strength).fit(points[a], changes[a]).predict(points[b]) + base[b]
        for a, b in splits
    ]
    return np.concatenate(said)


origins = rolling_origin(n, n - 180, 60)
for past, now in origins:
    print(f"learn from {len(past)} days, forecast the next {len(now)}")
# --8<-- [end:ch36-roll]

# --8<-- [start:ch36-choose]
half_before = rolling_origin(n - 180, n - 360, 60)
tried = targets[-360:-180]
print("mean error in the half year before   strength   10    100")
for name, base in (("loads", 0 * targets), ("changes", yesterday)):
    gaps = [
        np.abs(ridge_from(points, base, half_before, s) - tried).mean()
        for s in (10, 100)
    ]
    print(f"ridge on {name:38}{gaps[0]:6.1f}{gaps[1]:7.1f}")
ridge = ridge_from(points, yesterday, origins)
print(f"in the 180 days that judge: {error(ridge):.1f}")
# --8<-- [end:ch36-choose]


# --8<-- [start:ch36-framings]
def line(name: str, errors: list[float], together: float) -> None:
    """Print lowest, middle and highest error, and that of the mean."""
    low, middle, high = np.quantile(errors, [0, 0.5, 1])
    print(f"{name:20}{low:7.1f}{middle:8.1f}{high:9.1f}{together:13.1f}")


runs = stored("electricity-runs")
print("                     lowest  middle  highest  mean of five")
for name in ("loads", "changes", "hours", "residuals"):
    five = runs[f"network, {name}"].astype(float)
    line(f"network, {name}", [error(one) for one in five], error(five.mean(0)))
loads = ridge_from(points, 0 * targets, origins, 10)
others = {"trees": runs["trees"][0], "ridge, loads": loads}
for name, said in {**others, "ridge, changes": ridge}.items():
    print(f"{name:20}{error(said):15.1f}")
# --8<-- [end:ch36-framings]

# --8<-- [start:ch36-gap]
weeks = np.arange(180) // 7


def per_day(said: Array) -> Array:
    """Return the mean absolute error of each day."""
    gaps: Array = np.abs(said - truth).mean(axis=1)
    return gaps


print("mean error, network minus ridge, and an interval of 95 %")
for name in ("changes", "residuals"):
    five = runs[f"network, {name}"].astype(float)
    for label, said in (("one", five[0]), ("five", five.mean(axis=0))):
        rng = np.random.default_rng(0)
        apart = paired_bootstrap(
            per_day(said), per_day(ridge), rng=rng, groups=weeks
        )
        print(f"{name:10} {label:5}{apart:+.1f}")
# --8<-- [end:ch36-gap]

# --8<-- [start:ch36-folds]
print("days judged:     the same 180, learnt from")
print("                 their past  random nine tenths of all")
mixed = [
    ridge_from(points, yesterday, [(rest, out)])
    for rest, out in folds(n, 10, rng=np.random.default_rng(0))
]
order = np.concatenate(
    [out for _, out in folds(n, 10, rng=np.random.default_rng(0))]
)
anyhow = np.concatenate(mixed)[order.argsort()][-180:]
print(f"ridge            {error(ridge):10.1f}{error(anyhow):12.1f}")
for name in ("network, changes", "trees"):
    time, other = (
        np.median([error(one) for one in runs[key]])
        for key in (name, f"folds {name}")
    )
    print(f"{name:17}{time:10.1f}{other:12.1f}")
# --8<-- [end:ch36-folds]

# --8<-- [start:ch36-deadline]
until_noon = day_rows(days, known=12)[0]
day_before = days[5:-2]
stale = np.concatenate([yesterday[:, :12], day_before[:, 12:]], axis=1)
at_noon = ridge_from(until_noon, stale, origins)
print("                   decided at midnight  decided at noon")
naive = error(yesterday[-180:]), error(stale[-180:])
print(f"like the last day  {naive[0]:19.1f}{naive[1]:17.1f}")
print(f"ridge              {error(ridge):19.1f}{error(at_noon):17.1f}")
# --8<-- [end:ch36-deadline]

# --8<-- [start:ch36-errors-before]
year = rolling_origin(n - 180, n - 540, 60)
before = targets[-540:-180] - ridge_from(points, yesterday, year)
own = []
for past, now in origins:
    learnt = ridge_from(points, yesterday, [(past, past)])
    told = ridge_from(points, yesterday, [(past, now)])
    own.append(residual_interval(told, targets[past] - learnt, 0.8))
# --8<-- [end:ch36-errors-before]

# --8<-- [start:ch36-intervals]
intervals = {
    "errors on what it learnt": tuple(
        np.concatenate(ends) for ends in zip(*own, strict=True)
    ),
    "forecasts, half a year": residual_interval(ridge, before[-180:], 0.8),
    "forecasts, a year": residual_interval(ridge, before, 0.8),
}
low, high = runs["network, quantile 0.1"], runs["network, quantile 0.9"]
ends = np.sort(np.stack([low[0], high[0]]).astype(float), axis=0)
intervals["quantile networks"] = ends[0], ends[1]
print("80 % of the loads should be inside   share  width  score")
for name, (bottom, top) in intervals.items():
    found = coverage(bottom, top, truth, 0.8)
    print(f"{name:35}{found.share:7.2f}{found.width:7.0f}{found.score:7.0f}")
# --8<-- [end:ch36-intervals]

# --8<-- [start:ch36-months]
bottom, top = intervals["forecasts, a year"]
inside = (bottom <= truth) & (truth <= top)
print("30 days each:", inside.reshape(6, -1).mean(axis=1).round(2))
halves = np.abs([before[:180], before[180:], truth - ridge]).mean(axis=(1, 2))
print("mean error of three half years:", halves.round(1))
earlier = residual_interval(ridge, before[:180], 0.8)
share = coverage(*earlier, truth, 0.8).share
print(f"with errors of July to December 2013: {share:.2f} inside")
# --8<-- [end:ch36-months]


# --8<-- [start:ch36-euros]
QUARTERS = 4  # an hour of the table is the sum of four quarters, in kilowatts


def euros(order: Array, short: float = SHORT) -> Array:
    """Return the cost of each day, for the mean client."""
    paid: Array = order_cost(order, truth, short).sum(axis=1) / QUARTERS
    return paid


def with_reserve(said: Array, errors: Array, short: float = SHORT) -> Array:
    """Return forecasts plus the quantile of earlier errors that costs ask."""
    level = short / (short + OVER)
    reserved: Array = said + np.quantile(errors, level, axis=0)
    return reserved


# --8<-- [end:ch36-euros]

# --8<-- [start:ch36-orders]
was = targets[-540:-180] - yesterday[-540:-180]  # a year of the rule's errors
clerk = with_reserve(yesterday[-180:], was)
reserve = with_reserve(ridge, before)
orders = {
    "like yesterday": yesterday[-180:],
    "and a reserve": clerk,
    "ridge": ridge,
    "ridge and a reserve": reserve,
}
for name, order_of in orders.items():
    print(f"{name:22} {euros(order_of).mean():6.2f} euros a day")
quantile = runs["network, quantile 0.75"].astype(float)
for one in (*quantile, quantile.mean(axis=0)):
    print(f"network of quantiles   {euros(one).mean():6.2f}")
short_of = [(truth > order_of).mean() for order_of in (reserve, quantile[0])]
saved = (euros(clerk) - euros(reserve)).reshape(6, -1).mean(axis=1)
print("ridge saves, 30 days each:", saved.round(1))
print(f"too little: ridge {short_of[0]:.2f}, network {short_of[1]:.2f}")
# --8<-- [end:ch36-orders]

# --8<-- [start:ch36-euros-gap]
pairs = {
    "ridge - clerk": (reserve, clerk),
    "network - ridge": (quantile[0], reserve),
    "five networks - ridge": (quantile.mean(axis=0), reserve),
}
for name, (one, other) in pairs.items():
    rng = np.random.default_rng(0)
    apart = paired_bootstrap(euros(one), euros(other), rng=rng, groups=weeks)
    print(f"{name:22}{apart:+.1f} euros a day")
# --8<-- [end:ch36-euros-gap]

# --8<-- [start:ch36-euros-week]
weekday = np.arange(n) % 7
then = weekday[-540:-180]
of_days = [np.quantile(was[then == k], 0.75, axis=0) for k in range(7)]
weekly = yesterday[-180:] + np.array(of_days)[weekday[-180:]]
print(f"a reserve for each hour of the week: {euros(weekly).mean():.2f}")
rng = np.random.default_rng(0)
apart = paired_bootstrap(euros(reserve), euros(weekly), rng=rng, groups=weeks)
print(f"ridge - this rule {apart:+.1f} euros a day")
# --8<-- [end:ch36-euros-week]

# --8<-- [start:ch36-euros-flip]
print("a missing kWh costs   clerk   ridge   saved")
for short in (0.02, 0.04, 0.06, 0.12, 0.24):
    costs = [
        euros(with_reserve(said, errors, short), short).mean()
        for said, errors in ((yesterday[-180:], was), (ridge, before))
    ]
    print(
        f"{short:19.2f}{costs[0]:8.1f}{costs[1]:8.1f}"
        f"{costs[0] - costs[1]:8.1f}"
    )
# --8<-- [end:ch36-euros-flip]

# --8<-- [start:ch36-traffic]
road = traffic()
rows = hour_rows(road)
hour, cars, slot = rows["hour"], rows["cars"], rows["slot"]
end = 24 * (hour[-1] // 24 + 1)
judged = hour >= end - 180 * 24
answer, past_cars = cars[judged], rows["past"][judged]
print(f"{len(road['hour'])} hours counted of {end}")
print(f"{judged.sum()} hours judged, on average {answer.mean():.0f} cars")
# --8<-- [end:ch36-traffic]


# --8<-- [start:ch36-table]
def of_table(first: int, last: int) -> Array:
    """Return the median by hour of the week, made anew every 60 days."""
    said = []
    for begin in range(first, last, 60 * 24):
        seen = hour < begin
        table = [np.median(cars[seen & (slot == k)]) for k in range(168)]
        now = (hour >= begin) & (hour < min(begin + 60 * 24, last))
        said.append(np.array(table)[slot[now]])
    return np.concatenate(said)


medians = of_table(end - 180 * 24, end)
# --8<-- [end:ch36-table]

# --8<-- [start:ch36-missed]
on_road = stored("traffic-runs")


def missed(said: Array) -> float:
    """Return the mean absolute error of forecasts of the judged hours."""
    return float(np.abs(said - answer).mean())


# --8<-- [end:ch36-missed]

# --8<-- [start:ch36-rungs]
rungs = {
    "like yesterday": past_cars[:, 0],
    "like a week ago": past_cars[:, 1],
    "mean of four weeks": past_cars[:, 3],
    "table of medians": medians,
    "ridge": on_road["ridge"][0],
    "ridge, hour of week": on_road["ridge, week"][0],
    "linear, hour of week": on_road["linear"][0],
}
for name, said in rungs.items():
    print(f"{name:22}{missed(said):6.1f}")
print("                      lowest  middle  highest  mean of five")
for name in ("trees", "network", "network, week"):
    five = on_road[name].astype(float)
    line(name, [missed(one) for one in five], missed(five.mean(axis=0)))
# --8<-- [end:ch36-rungs]

# --8<-- [start:ch36-earlier]
half = (hour >= end - 360 * 24) & (hour < end - 180 * 24)
print("in the half year before that:")
for name in ("ridge, week", "linear", "trees", "network"):
    five = on_road[f"{name} earlier"].astype(float)
    gaps = np.abs(five - cars[half]).mean(axis=1)
    print(f"{name:14}{np.median(gaps):6.1f}")
# --8<-- [end:ch36-earlier]

# --8<-- [start:ch36-mixed]
print("                learnt from its past  from random nine tenths")
for name in ("ridge, week", "trees", "network"):
    time = np.median([missed(one) for one in on_road[name]])
    other = np.median(on_road[f"folds {name}"])
    print(f"{name:14}{time:22.1f}{other:25.1f}")
# --8<-- [end:ch36-mixed]

# --8<-- [start:ch36-weather]
print("                     no weather  of a day before  of the hour")
for name in ("ridge, week", "trees", "network"):
    three = [
        np.median(on_road[name + air])
        for air in (", weather before", ", weather")
    ]
    three.insert(0, np.median([missed(one) for one in on_road[name]]))
    print(f"{name:20}{three[0]:11.1f}{three[1]:17.1f}{three[2]:13.1f}")
# --8<-- [end:ch36-weather]

# --8<-- [start:ch36-lane-cost]
LIMIT, PER_CAR, SAVED = 4500, 2.5, 500.0  # cars, dollars, dollars
by_day = np.isin(hour[judged] % 24, np.arange(6, 20))


def bill_of(
    said: Array,
    counted: Array,
    limit: int = LIMIT,
    car: float = PER_CAR,
    lower: int = 0,
) -> Array:
    """Return what each hour costs if these forecasts decide.

    The border is where jam and saving are equal, or `lower` by so many cars.
    """
    jam = car * np.maximum(counted - limit, 0)
    closed = said < limit + SAVED / car - lower
    cost: Array = np.where(closed, jam, SAVED)
    return cost


def dollars(said: Array) -> Array:
    """Return the costs of the judged hours by day."""
    costs: Array = bill_of(said, answer)[by_day]
    return costs


# --8<-- [end:ch36-lane-cost]

# --8<-- [start:ch36-lane-table]
network, trees = (on_road[name].astype(float) for name in ("network", "trees"))
plans = {
    "never close": 0 * answer + 9999,
    "always close": 0 * answer,
    "like a week ago": rungs["like a week ago"],
    "table of medians": medians,
    "ridge, hour of week": rungs["ridge, hour of week"],
    "linear, hour of week": rungs["linear, hour of week"],
    "mean of five trees": trees.mean(axis=0),
    "mean of five networks": network.mean(axis=0),
    "knowing all": answer,
}
print("dollars per day, 6 to 20 o'clock")
for name, said in plans.items():
    print(f"{name:22}{14 * dollars(said).mean():6.0f}")
for name, five in (("trees", trees), ("network", network)):
    bills = [14 * dollars(one).mean() for one in five]
    print(f"one {name:8} {min(bills):.0f} to {max(bills):.0f}")
# --8<-- [end:ch36-lane-table]

# --8<-- [start:ch36-lane-gap]
which = hour[judged] // 168  # whole weeks are drawn


def gap(one: Array, other: Array, groups: Array) -> Interval:
    """Return how far the first is above the second, by 1,000 redrawings."""
    return paired_bootstrap(
        one, other, rng=np.random.default_rng(0), repeats=1000, groups=groups
    )


def bill_gap(one: Array, other: Array) -> Interval:
    """Return dollars a day, the first minus the second."""
    return gap(14 * dollars(one), 14 * dollars(other), which[by_day])


# --8<-- [end:ch36-lane-gap]

# --8<-- [start:ch36-lane-less]


nets = plans["mean of five networks"]
print("mean of five networks, dollars a day less")
for name in (*list(plans)[3:6], "mean of five trees"):
    print(f"than {name:21}{bill_gap(plans[name], nets):+.0f}")
misses = [
    np.abs(plans[f"mean of five {k}"] - answer) for k in ("trees", "networks")
]
cars_less = gap(misses[0], misses[1], which)
print(f"cars less than the trees {cars_less:+.1f}")
# --8<-- [end:ch36-lane-less]

# --8<-- [start:ch36-lane-alone]
for name, five in (("trees", trees), ("network", network)):
    sure = sum(bill_gap(medians, one).low > 0 for one in five)
    print(f"one {name:8} interval below the table: {sure} of 5")
# --8<-- [end:ch36-lane-alone]

# --8<-- [start:ch36-year]
whole = hour >= end - 360 * 24
light = np.isin(hour[whole] % 24, np.arange(6, 20))
week_of = (hour[whole] // 168)[light]
halves_of = {
    "table of medians": (of_table(end - 360 * 24, end - 180 * 24), medians),
    "ridge, hour of week": (
        on_road["ridge, week earlier"],
        on_road["ridge, week"],
    ),
    "linear, hour of week": (on_road["linear earlier"], on_road["linear"]),
    "five trees": (on_road["trees earlier"], on_road["trees"]),
    "five networks": (on_road["network earlier"], on_road["network"]),
}
year_said = {
    name: np.concatenate([np.atleast_2d(one).mean(axis=0) for one in parts])
    for name, parts in halves_of.items()
}
# --8<-- [end:ch36-year]


# --8<-- [start:ch36-year-bills]
def of_year(
    name: str, limit: int = LIMIT, car: float = PER_CAR, lower: int = 0
) -> Array:
    """Return the dollars of the hours by day in 360 days, times 14."""
    costs: Array = bill_of(year_said[name], cars[whole], limit, car, lower)
    return 14 * costs[light]


year_bills = {name: of_year(name) for name in year_said}
print("360 days, dollars a day     less than the table")
for name, year_bill in year_bills.items():
    less = gap(year_bills["table of medians"], year_bill, week_of)
    print(f"{name:22}{year_bill.mean():6.0f}   {less:+.0f}")
less = gap(year_bills["linear, hour of week"], year_bill, week_of)
print(f"five networks, less than the linear model: {less:+.0f}")
# --8<-- [end:ch36-year-bills]

# --8<-- [start:ch36-border]
print("border  table  ridge  linear  trees  networks")
for lower in (0, 100):
    bills = [of_year(name, lower=lower).mean() for name in year_said]
    print(f"{4700 - lower:6}" + "".join(f"{one:8.0f}" for one in bills))
lowered = {name: of_year(name, lower=100) for name in year_said}
linear_year = lowered["linear, hour of week"]
print("at 4,600, dollars a day less")
less = gap(lowered["table of medians"], linear_year, week_of)
print(f"linear model than table:    {less:+.0f}")
less = gap(linear_year, lowered["five networks"], week_of)
print(f"networks than linear model: {less:+.0f}")
# --8<-- [end:ch36-border]

# --8<-- [start:ch36-lane-flip]
print("limit  dollars a car  table  linear  saved per day")
year_savings = []
for limit in (4000, 4500, 5000):
    for car in (1.25, 2.5, 5.0):
        one = of_year("table of medians", limit, car)
        two = of_year("linear, hour of week", limit, car)
        year_savings.append(gap(one, two, week_of))
        print(
            f"{limit:5}{car:15.2f}{one.mean():7.0f}{two.mean():8.0f}"
            f"  {year_savings[-1]:+.0f}"
        )
# --8<-- [end:ch36-lane-flip]

# --8<-- [start:ch36-promise]
kept = []
for low, high in zip(
    on_road["network, quantile 0.1"],
    on_road["network, quantile 0.9"],
    strict=True,
):
    ends = np.sort(np.stack([low, high]).astype(float), axis=0)
    kept.append(coverage(ends[0], ends[1], answer, 0.8).share)
    if len(kept) == 1:
        held = (ends[0] <= answer) & (answer <= ends[1])
print("share inside, five seeds:", np.sort(kept).round(3))
span = (hour[judged] - hour[judged][0]) // 720
print("30 days each:", (np.bincount(span, held) / np.bincount(span)).round(2))
# --8<-- [end:ch36-promise]

# --8<-- [start:ch36-windows]
print("days of past         ridge   five networks, one at a time   trees")
for window in (120, 240, 480):
    recent = rolling_origin(n, n - 180, 60, window=window)
    five = np.sort(runs[f"windows network {window}"]).round(0).astype(int)
    gap_of = error(ridge_from(points, yesterday, recent))
    print(f"electricity {window:4}{gap_of:10.0f}   {five}")
for window in (90, 180, 360):
    five = np.sort(on_road[f"windows network {window}"]).round(0).astype(int)
    line_of = on_road[f"windows ridge, week {window}"][0]
    forest = np.median(on_road[f"windows trees {window}"])
    print(f"traffic     {window:4}{line_of:10.0f}   {five}{forest:11.0f}")
# --8<-- [end:ch36-windows]

# --8<-- [start:ch36-holidays]
free = rows["plain"][judged, 2] == 1
print(f"{free.sum()} hours on holidays, {(~free).sum()} others")
for name, said in (
    ("table of medians", medians),
    ("ridge, hour of week", rungs["ridge, hour of week"]),
    ("trees", trees[0]),
    ("one network", network[0]),
):
    gaps = np.abs(said - answer)
    print(f"{name:20}{gaps[free].mean():6.0f}{gaps[~free].mean():6.0f}")
# --8<-- [end:ch36-holidays]

# --8<-- [start:ch36-future]
next_hour, last_hour = np.roll(cars, -1), np.roll(cars, 1)
blocks = np.concatenate([rows["calendar"], rows["past"]], axis=1)
for name, columns in (
    ("honest", blocks),
    ("the hour after", np.column_stack([blocks, next_hour])),
    ("the hour before", np.column_stack([blocks, last_hour])),
):
    seen = hour < end - 180 * 24
    model = Ridge(1).fit(columns[seen], cars[seen, np.newaxis])
    print(f"{name:16}{missed(model.predict(columns[judged])[:, 0]):6.1f}")
# --8<-- [end:ch36-future]

# --8<-- [start:ch36-solution-1]
short, over = 0.06, 0.02
level = short / (short + over)
print(f"level {level:.2f}")
for chance in (0.2, 0.3):
    more = short * chance - over * (1 - chance)
    print(f"needed with chance {chance}: a kWh more gains {more:+.3f}")
# --8<-- [end:ch36-solution-1]

# --8<-- [start:ch36-solution-2]
for level in (0.5, 0.8, 0.95):
    bottom, top = residual_interval(ridge, before, level)
    share, width, _ = coverage(bottom, top, truth, level)
    print(f"promised {level:.2f}, kept {share:.2f}, width {width:.0f}")
# --8<-- [end:ch36-solution-2]

# --8<-- [start:ch36-solution-3]
print(f"no reserve: {euros(ridge).mean():.2f} euros a day")
for level in (0.5, 0.75, 0.9):
    order = ridge + np.quantile(before, level, axis=0)
    print(f"level {level:.2f}: {euros(order).mean():.2f} euros a day")
# --8<-- [end:ch36-solution-3]
