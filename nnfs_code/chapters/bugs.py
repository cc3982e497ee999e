# --8<-- [start:ch23-bugs-run-imports]
"""The gallery of bugs: its runs, and what the tests say."""

from nnfs_code.chapters.bugs_answers import (
    members,
    rescaled,
    test_a_case_by_hand,
    test_company_does_not_matter,
    test_members_differ,
    together,
    turned,
)
from nnfs_code.chapters.bugs_data import (
    chosen,
    moved,
    slipped,
    starts,
    test_brighter_stays_brighter,
    test_data_stay,
    test_every_row_comes_once,
    test_nothing_is_found_in_nothing,
    test_rows_keep_their_labels,
    unvisited,
    wrapped,
)

# --8<-- [end:ch23-bugs-run-imports]
# --8<-- [start:ch23-bugs-run-more-imports]
from nnfs_code.chapters.bugs_start import table, verdict
from nnfs_code.chapters.bugs_steps import (
    AveragedBiases,
    PlainWayBack,
    SummedLoss,
    biases,
    caught,
    dropped,
    penalized,
    restored,
    summed,
    test_check_can_fail,
    test_gradients,
    test_loss,
    test_same_factors,
    test_what_is_kept_stays,
)
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
# --8<-- [end:ch23-bugs-run-more-imports]

# --8<-- [start:ch23-bug-biases-run]
table(biases, "loss", "right")
# --8<-- [end:ch23-bug-biases-run]

# --8<-- [start:ch23-test-biases-run]
# bugs.py
verdict(test_gradients, right=Dense, wrong=AveragedBiases)
# --8<-- [end:ch23-test-biases-run]

# --8<-- [start:ch23-bug-check-run]
# bugs.py
for n_samples in (1, 2, 5):
    print(f"with {n_samples}: caught {caught(n_samples)} times of 5")
# --8<-- [end:ch23-bug-check-run]

# --8<-- [start:ch23-test-check-run]
# bugs.py
verdict(test_check_can_fail, right=5, wrong=1)
# --8<-- [end:ch23-test-check-run]

# --8<-- [start:ch23-bug-sum-run]
table(summed, "loss", "right", "mean weight")
# --8<-- [end:ch23-bug-sum-run]

# --8<-- [start:ch23-bug-sum-penalty-run]
# bugs.py
table(penalized, "loss", "right", "mean weight")
# --8<-- [end:ch23-bug-sum-penalty-run]

# --8<-- [start:ch23-test-sum-run]
# bugs.py
verdict(test_loss, right=SoftmaxCrossEntropy(), wrong=SummedLoss())
# --8<-- [end:ch23-test-sum-run]

# --8<-- [start:ch23-bug-dropout-run]
table(dropped, "loss", "right")
# --8<-- [end:ch23-bug-dropout-run]

# --8<-- [start:ch23-test-dropout-run]
# bugs.py
verdict(test_same_factors, right=Dropout, wrong=PlainWayBack)
# --8<-- [end:ch23-test-dropout-run]

# --8<-- [start:ch23-bug-best-run]
# bugs.py
table(restored, "lowest loss seen", "loss put back")
# --8<-- [end:ch23-bug-best-run]

# --8<-- [start:ch23-test-best-run]
# bugs.py
verdict(test_what_is_kept_stays, right=False, wrong=True)
# --8<-- [end:ch23-test-best-run]

# --8<-- [start:ch23-bug-slip-run]
table(slipped, "loss", "right")
# --8<-- [end:ch23-bug-slip-run]

# --8<-- [start:ch23-test-slip-run]
# bugs.py
verdict(test_rows_keep_their_labels, right=False, wrong=True)
# --8<-- [end:ch23-test-slip-run]

# --8<-- [start:ch23-bug-bytes-run]
# bugs.py
table(wrapped, "training loss", "right, fresh")
# --8<-- [end:ch23-bug-bytes-run]

# --8<-- [start:ch23-test-bytes-run]
# bugs.py
verdict(test_brighter_stays_brighter, right=False, wrong=True)
# --8<-- [end:ch23-test-bytes-run]

# --8<-- [start:ch23-bug-shake-run]
table(moved, "loss", "right", "points have moved")
# --8<-- [end:ch23-bug-shake-run]

# --8<-- [start:ch23-test-shake-run]
# bugs.py
verdict(test_data_stay, right=False, wrong=True)
# --8<-- [end:ch23-test-shake-run]

# --8<-- [start:ch23-bug-columns-run]
# bugs.py
table(chosen, "training loss", "right, held out")
# --8<-- [end:ch23-bug-columns-run]

# --8<-- [start:ch23-test-columns-run]
# bugs.py
verdict(test_nothing_is_found_in_nothing, right=False, wrong=True)
# --8<-- [end:ch23-test-columns-run]

# --8<-- [start:ch23-bug-never-run]
table(unvisited, "loss", "right, first 128", "right, last 22")
# --8<-- [end:ch23-bug-never-run]

# --8<-- [start:ch23-test-never-run]
# bugs.py
verdict(
    test_every_row_comes_once,
    right=lambda n, size: starts(n, size, False),
    wrong=lambda n, size: starts(n, size, True),
)
# --8<-- [end:ch23-test-never-run]

# --8<-- [start:ch23-bug-scale-run]
# bugs.py
table(rescaled, "fresh loss", "right, at once", "right, one by one")
# --8<-- [end:ch23-bug-scale-run]

# --8<-- [start:ch23-test-scale-run]
# bugs.py
verdict(test_company_does_not_matter, right=False, wrong=True)
# --8<-- [end:ch23-test-scale-run]

# --8<-- [start:ch23-bug-matrix-run]
table(turned, "loss", "right", "class 2 found")
# --8<-- [end:ch23-bug-matrix-run]

# --8<-- [start:ch23-test-matrix-run]
# bugs.py
verdict(test_a_case_by_hand, right=False, wrong=True)
# --8<-- [end:ch23-test-matrix-run]

# --8<-- [start:ch23-bug-ensemble-run]
# bugs.py
table(together, "loss, fresh", "right, fresh", "spread")
# --8<-- [end:ch23-bug-ensemble-run]

# --8<-- [start:ch23-test-ensemble-run]
# bugs.py
verdict(
    test_members_differ,
    right=lambda seed: members(seed, False),
    wrong=lambda seed: members(seed, True),
)
# --8<-- [end:ch23-test-ensemble-run]
