"""What GitHub says happened: an event, read from a file as data."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

# The names that no account may take: they write for the journal.
RESERVED = frozenset({"journal"})
# The label by which a maintainer accepts an entry.
ACCEPTED = "accepted"


class ContributionError(ValueError):
    """An event cannot be read; the message says why."""


@dataclass(frozen=True)
class Shared:
    """An issue that shares a reflection.

    Parameters
    ----------
    number : int
        The issue's.
    login : str
        The account's name, as its owner writes it.
    account : int
        The account's number, which its noreply address needs.
    day : date
        The day on which the issue was opened, by the server's clock.
    body : str
        What the form made of the answers. Not to be trusted.
    edited_by : str
        Who edited it last, if that is not its author; empty otherwise.
    accepted : bool
        Whether a maintainer has accepted it before.
    """

    number: int
    login: str
    account: int
    day: date
    body: str
    edited_by: str = ""
    accepted: bool = False

    @property
    def author(self) -> str:
        """The author's key: the account's name in lower case."""
        return self.login.lower()


def read_event(path: Path) -> dict[str, Any]:
    """Read the file in which GitHub describes what happened."""
    try:
        event = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ContributionError(f"{path} is no event: {error}") from None
    if not isinstance(event, dict):
        raise ContributionError(f"{path} is no event: expected an object")
    return event


def _at(event: Mapping[str, Any], path: str, kind: type) -> Any:
    """Return ``event["issue"]["user"]`` for ``issue.user``, of a type."""
    value: Any = event
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ContributionError(
            f"the event's {path} is not {kind.__name__}, "
            f"but {type(value).__name__}"
        )
    return value


def account_name(login: str, *, reserved: bool = True) -> str:
    """Return an account's name, if it can be an author's key.

    Parameters
    ----------
    login : str
        The name as GitHub gives it.
    reserved : bool
        Whether to refuse the names that write for the journal.

    Raises
    ------
    ContributionError
        If it is a program's, reserved, or holds other signs.
    """
    if not re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", login) or (
        len(login) > 39
    ):
        raise ContributionError(
            f"the account {login[:60]!r} has a name that cannot be an "
            "author's; expected letters, digits and single hyphens"
        )
    if reserved and login.lower() in RESERVED:
        raise ContributionError(
            f"the name {login.lower()} is the journal's own; a maintainer "
            "will help with another one"
        )
    return login


def shared(event: Mapping[str, Any]) -> Shared:
    """Return what an event of an issue says of a shared reflection."""
    login = account_name(_at(event, "issue.user.login", str))
    body = event["issue"].get("body") or ""
    if not isinstance(body, str):
        raise ContributionError("the event's issue.body is not str")
    # JSON can hold half a character, which no file can.
    body = body.encode("utf-8", "replace").decode("utf-8")
    moment = _at(event, "issue.created_at", str)
    try:
        day = datetime.fromisoformat(moment).date()
    except ValueError:
        raise ContributionError(
            f"the event's issue.created_at is no time: {moment[:40]}"
        ) from None
    by = ""
    if event.get("action") == "edited":
        by = _at(event, "sender.login", str)
    return Shared(
        number=_at(event, "issue.number", int),
        login=login,
        account=_at(event, "issue.user.id", int),
        day=day,
        body=body,
        edited_by="" if by.lower() == login.lower() else by,
        accepted=ACCEPTED in labels(event),
    )


def labels(event: Mapping[str, Any]) -> set[str]:
    """Return the names of the issue's labels."""
    found = _at(event, "issue.labels", list)
    return {
        str(label.get("name")) for label in found if isinstance(label, dict)
    }


def issue_number(event: Mapping[str, Any]) -> int:
    """Return the number of an event's issue."""
    return int(_at(event, "issue.number", int))


def sender(event: Mapping[str, Any]) -> str:
    """Return the account that caused an event."""
    return account_name(_at(event, "sender.login", str), reserved=False)


def opener(event: Mapping[str, Any]) -> str:
    """Return the account that opened a pull request."""
    return str(_at(event, "pull_request.user.login", str))


def base_of(event: Mapping[str, Any]) -> str:
    """Return the commit that a pull request is to be merged into."""
    commit = str(_at(event, "pull_request.base.sha", str))
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise ContributionError(f"the base is no commit: {commit[:60]!r}")
    return commit


def is_from_here(event: Mapping[str, Any]) -> bool:
    """Return whether a pull request comes from the repository itself.

    Only who may write there can make a branch of it.
    """
    head = event["pull_request"]["head"].get("repo") or {}
    base = _at(event, "pull_request.base.repo.full_name", str)
    return bool(head.get("full_name") == base)
