"""What a contributor is told, and what the pull request says.

All that they wrote stands in a fence, where nothing is a link, a name to
call or HTML.
"""

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from contribution import Proposal, Remark
from events import ContributionError

# The first line of the one answer to an issue, by which it is found again.
MARK = "<!-- the answer to a shared reflection -->"
MAX_REMARKS = 20
MAX_QUOTE = 160
MAX_MESSAGE = 600


def fenced(text: str) -> str:
    """Return text in a fence that it cannot leave.

    Inside, GitHub calls nobody, links nothing and reads no HTML.
    """

    def visible(letter: str) -> str:
        kind = unicodedata.category(letter)
        hidden = kind in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
        return f"U+{ord(letter):04X}" if hidden else letter

    kept = "\n".join("".join(map(visible, line)) for line in text.split("\n"))
    longest = max(map(len, re.findall(r"`+", kept)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}text\n{kept}\n{marks}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _shown(remarks: Sequence[Remark]) -> str:
    """Return remarks as text: place, message, the writer's own line."""
    blocks = []
    for remark in remarks[:MAX_REMARKS]:
        message = textwrap.fill(
            _short(remark.message, MAX_MESSAGE),
            76,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        quote = f"\n  > {_short(remark.quote, MAX_QUOTE)}"
        blocks.append(
            f"{remark.place}\n{message}{quote if remark.quote else ''}"
        )
    if len(remarks) > MAX_REMARKS:
        blocks.append(f"… and {len(remarks) - MAX_REMARKS} more.")
    return "\n\n".join(blocks)


def _facts(proposal: Proposal) -> str:
    """Return what would be published beside the text."""
    lines = (
        f"{label:16}{_short(value, MAX_QUOTE)}"
        for label, value in proposal.facts
    )
    return fenced("\n".join(lines))


def _later(proposal: Proposal) -> str:
    if proposal.shared.accepted:
        return (
            "It has been accepted before: what you edited since then counts "
            "once a maintainer has taken the label off and set it again."
        )
    return (
        "You can still edit your first comment; this answer then changes "
        "with it."
    )


def answer(proposal: Proposal) -> str:
    """Return the answer to the issue, as Markdown."""
    if proposal.ready:
        return (
            f"{MARK}\n**Thank you. This is ready: a maintainer will look.** "
            "Nothing appears on the site before that, and they may ask you "
            "something here. What would be published, above your text as you "
            f"wrote it:\n\n{_facts(proposal)}\n\n"
            f"{_later(proposal)} To withdraw, close the issue.\n\n"
            "<sub>A program wrote this answer.</sub>\n"
        )
    many = len(proposal.remarks)
    count = "is one thing" if many == 1 else f"are {many} things"
    return (
        f"{MARK}\n**Thank you. There {count} to mend before this can be "
        "published.** Lines are counted from the first line of your text.\n\n"
        f"{fenced(_shown(proposal.remarks))}\n\n"
        "Edit your first comment (the three dots at its corner, then Edit) "
        "and leave the headings of the form as they are. This answer changes "
        "within minutes. If it does not make sense to you, say so in a "
        "comment: a person will help.\n\n"
        "<sub>A program wrote this answer.</sub>\n"
    )


def refusal(error: ContributionError) -> str:
    """Return the answer to an issue that no entry can be made of."""
    return (
        f"{MARK}\n**Thank you. This needs a person:** a maintainer will look "
        f"at it.\n\n{fenced(_short(str(error), MAX_MESSAGE))}\n\n"
        "<sub>A program wrote this answer.</sub>\n"
    )


def branch_of(proposal: Proposal) -> str:
    """Return the branch on which an entry is proposed."""
    return f"reflection/issue-{proposal.shared.number}"


def commit_message(proposal: Proposal) -> str:
    """Return the commit's message, with the author's noreply address."""
    shared = proposal.shared
    address = f"{shared.account}+{shared.login}@users.noreply.github.com"
    return (
        f"Add the reflection {Path(proposal.name).stem}\n\n"
        f"Shared in issue #{shared.number}.\n\n"
        f"Co-authored-by: {shared.login} <{address}>\n"
    )


def request_body(proposal: Proposal, run: str) -> str:
    """Return the text of the pull request that proposes an entry.

    Parameters
    ----------
    run : str
        The address of the run that made it.
    """
    return (
        f"Closes #{proposal.shared.number}.\n\n{_facts(proposal)}\n\n"
        "Made from the issue as it was when the label was set. The rules for "
        f"entries and a strict build of the site [passed]({run}). GitHub "
        "starts no other check for a request that a program opens: close "
        "this request and reopen it to run them all.\n\n"
        "Before you merge: does it say what happened to its writer, is it "
        "kind, is nothing private in it, do its links lead where they say?\n"
    )
