"""The house of docs/tools: who imports whom, drawn for CONTRIBUTING.

``python tests/tools/house.py`` prints the picture.
"""

import ast
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "docs" / "tools"


def modules(tools=TOOLS):
    """Yield (room, path) of each module: a package, or a file of the root."""
    for path in sorted(tools.rglob("*.py")):
        first = path.relative_to(tools).parts[0]
        if first != "vendor":
            yield first.removesuffix(".py"), path


def imports(tools=TOOLS):
    """Return each room of the house, and the rooms that it imports."""
    rooms = {room for room, _ in modules(tools)}
    found = {room: set() for room in sorted(rooms)}
    for room, path in modules(tools):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            firsts = {name.split(".")[0] for name in names}
            found[room] |= (firsts & rooms) - {room}
    return found


def floors(found):
    """Return the rooms by floor, the lowest first.

    A room stands one floor above the highest room that it imports.

    Raises
    ------
    ValueError
        If rooms import each other: there is no lowest floor then.
    """
    floor = {}
    while len(floor) < len(found):
        ready = {
            room: 1 + max((floor[below] for below in found[room]), default=-1)
            for room in found.keys() - floor.keys()
            if found[room] <= floor.keys()
        }
        if not ready:
            rest = ", ".join(sorted(found.keys() - floor.keys()))
            raise ValueError(
                f"these import each other, or wait for it: {rest}"
            )
        floor |= ready
    return [
        sorted(room for room in floor if floor[room] == level)
        for level in range(max(floor.values()) + 1)
    ]


def picture(tools=TOOLS):
    """Return the floors as text, the highest first."""
    found = imports(tools)
    lines = []
    for level in reversed(floors(found)):
        for room in level:
            below = ", ".join(sorted(found[room])) or "nothing of ours"
            lines.append(f"{room:<12} imports {below}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(picture(), end="")
