"""Make german-credit.csv.gz from Debian's package r-cran-caret.

``dpkg-deb -x r-cran-caret_6.0-93+dfsg-1_amd64.deb FOLDER`` unpacks the data,
and ``pip install rdata`` gets what reads it, then

    python resources/datasets/german_credit.py \
        FOLDER/usr/lib/R/site-library/caret/data/GermanCredit.RData

The source has a column of 0 and 1 for each word of a code book, whose words
are partly wrong. Ours has one column per question, with the numbers of the
corrected code book (Groemping, 2019).
"""

import gzip
import hashlib
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("german-credit.csv.gz")
SUM = "177356bb474439655c700693159767ae5694a4c9709ae13c262bee56c1ea4bbe"
NUMBERS = {  # our name, and the source's: whole numbers as they are
    "duration": "Duration",
    "amount": "Amount",
    "installment_rate": "InstallmentRatePercentage",
    "residence": "ResidenceDuration",
    "age": "Age",
    "credits": "NumberExistingCredits",
}
FROM_0 = ("history", "purpose")  # these codes begin with 0, the others with 1
CODES = {  # our name: the source's columns, in the order of our numbers
    "account": "CheckingAccountStatus lt.0 0.to.200 gt.200 none",
    "history": "CreditHistory NoCredit.AllPaid ThisBank.AllPaid PaidDuly"
    " Delay Critical",
    "purpose": "Purpose NewCar UsedCar Furniture.Equipment Radio.Television"
    " DomesticAppliance Repairs Education Vacation Retraining Business Other",
    "savings": "SavingsAccountBonds lt.100 100.to.500 500.to.1000 gt.1000"
    " Unknown",
    "employment": "EmploymentDuration Unemployed lt.1 1.to.4 4.to.7 gt.7",
    "personal": "Personal Male.Divorced.Seperated Female.NotSingle"
    " Male.Single Male.Married.Widowed",
    "guarantors": "OtherDebtorsGuarantors None CoApplicant Guarantor",
    "property": "Property RealEstate Insurance CarOther Unknown",
    "other_plans": "OtherInstallmentPlans Bank Stores None",
    "housing": "Housing Rent Own ForFree",
    "job": "Job UnemployedUnskilled UnskilledResident SkilledEmployee"
    " Management.SelfEmp.HighlyQualified",
}


def code(row: dict[str, Any], name: str) -> int:
    """Return the number of the only column of a question that has a 1."""
    question, *answers = CODES[name].split()
    flags = [int(row[f"{question}.{answer}"]) for answer in answers]
    if sum(flags) != 1:
        raise ValueError(f"{name} expected a single 1, got {flags}")
    return flags.index(1) + (name not in FROM_0)


def line(row: dict[str, Any]) -> list[int]:
    """Return one loan as our table has it."""
    numbers = [int(row[source]) for source in NUMBERS.values()]
    codes = [code(row, name) for name in CODES]
    foreign = 1 - int(row["ForeignWorker"])  # the source has it reversed
    return [*numbers, *codes, foreign, int(row["Class"] == "Bad")]


def main(source: Path) -> None:
    """Write the table, if the source is the one that it is made from."""
    import rdata

    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{source.name} expected SHA-256 {SUM}, got {found}")
    loans = rdata.read_rda(source)["GermanCredit"].to_dict("records")
    lines = [[*NUMBERS, *CODES, "foreign_worker", "bad"], *map(line, loans)]
    table = "".join(",".join(map(str, row)) + "\n" for row in lines)
    TABLE.write_bytes(gzip.compress(table.encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
