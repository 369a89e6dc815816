"""The house's style, as far as a program can see it: sizes, words that explain, names, fences, and what is tracked."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 250
"""Lines of a file: past that two jobs share a room (design 2)."""

AT_THE_TOP = {".ci", ".gitignore", "LICENSE", "Makefile", "Procfile", "README.md", "bot", "configs", "handlers"} | {
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "tests",
}
"""What the customer wants to see when opening the repository, and nothing else."""

SAYS_NOTHING = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|common|misc|stuff)(?:_|$)", re.IGNORECASE)
"""Names that anything could hide behind."""

MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|tmp|home(?!/bot\b)|root|Users|mnt)/[\w.-]")
"""`/home/bot` is what tests make up."""
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|--(?:extra-)?index-url[= ]|trusted-host",
    re.IGNORECASE,
)
SILENCES = re.compile(r"#\s*(?:type:\s*ignore(?:\[[\w\-, ]+\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?)(.*)$")
CATCHES_ALL = {"Exception", "BaseException"}
THIS_FILE = str(Path(__file__).relative_to(ROOT))


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository; those that git would add come along, so that the law speaks before the commit."""
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git work tree, so nobody can say what is tracked")
    return tuple(sorted({name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}))


def python(*tops: str) -> list[str]:
    """The Python files below these folders."""
    return [name for name in tracked() if name.endswith(".py") and name.startswith(tuple(f"{top}/" for top in tops))]


@cache
def text_of(name: str) -> str:
    """A file's text; nothing for a picture."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_holds_two_jobs() -> None:
    """No file of the program is longer than a person wants to read at once."""
    lengths = {name: text_of(name).count("\n") for name in tracked() if name.startswith(("bot/", "handlers/"))}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_everything_public_says_what_it_is_for() -> None:
    """Public classes and functions of the program have a docstring. Three kinds explain themselves: a method that a
    Protocol promises with its signature alone, a method that does what the base class or Protocol of its name says, and
    the sandbox's doors, which bot/sandbox/README.md describes one by one."""
    assert list(undocumented()) == []


def undocumented() -> Iterator[str]:
    """Public things without a docstring."""
    promised = {name for path in python("bot") if "/ports/" in path for name in methods_in(path)}
    for path in python("bot", "handlers"):
        if path.startswith("bot/sandbox/"):
            continue
        for owner, node in definitions(ast.parse(text_of(path))):
            known = owner is not None and node.name in promised
            if not ast.get_docstring(node) and not known and not is_outline(node):
                yield f"{path}:{node.lineno} {node.name}"


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def definitions(tree: ast.Module) -> Iterator[tuple[str | None, Definition]]:
    """Public classes and functions of a module, and public methods of public classes with the class's name."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield None, node
            if isinstance(node, ast.ClassDef):
                inside = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
                yield from ((node.name, one) for one in inside if not one.name.startswith("_"))


def methods_in(path: str) -> set[str]:
    """The methods of a file's classes."""
    return {node.name for owner, node in definitions(ast.parse(text_of(path))) if owner is not None}


def is_outline(node: Definition) -> bool:
    """Whether a definition is a Protocol's, whose body is `...`."""
    return [ast.unparse(part) for part in node.body] == ["..."]


def test_names_say_something() -> None:
    """No file, folder, class or function is called by a word behind which anything could stand."""
    paths = {part for name in tracked() for part in Path(name).with_suffix("").parts}
    called = {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)
        for name in python("bot", "handlers", "tests")
        for node in ast.walk(ast.parse(text_of(name)))
        if isinstance(node, Definition)
    }
    assert sorted(one for one in paths | called if SAYS_NOTHING.search(one)) == []


def test_a_fence_says_why_it_catches_everything() -> None:
    """`except Exception` stands only where a comment on the line says what becomes of the failure. One that is raised
    again at the end loses nothing and needs no words."""
    bare = []
    for name in python("bot", "handlers"):
        lines = text_of(name).splitlines()
        for node in (one for one in ast.walk(ast.parse(text_of(name))) if isinstance(one, ast.ExceptHandler)):
            caught = (
                {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)} if node.type else CATCHES_ALL
            )
            passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if caught & CATCHES_ALL and not passed_on and "  # " not in lines[node.lineno - 1]:
                bare.append(f"{name}:{node.lineno}")
    assert bare == []


def test_a_silenced_warning_says_why() -> None:
    """Whoever tells the type checker or the linter to be quiet gives the reason in the same comment."""
    mute = [
        f"{name}:{token.start[0]}"
        for name in python("bot", "handlers", "tests")
        for token in comments(name)
        for found in [SILENCES.search(token.string)]
        if found and len(re.findall(r"\w+", found[1])) < 2
    ]
    assert mute == []


def comments(name: str) -> Iterator[tokenize.TokenInfo]:
    """The comments of a file."""
    every = tokenize.generate_tokens(io.StringIO(text_of(name)).readline)
    return (token for token in every if token.type == tokenize.COMMENT)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["paths of one machine", "addresses of registries"])
def test_nothing_tracked_knows_the_machine_it_was_made_on(pattern: re.Pattern[str]) -> None:
    """No absolute path of a workplace and no registry's address: a clone works anywhere."""
    found = [
        f"{name}:{number} {line.strip()[:80]}"
        for name in tracked()
        if name != THIS_FILE
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_top_holds_what_was_agreed() -> None:
    """No other file or folder lies at the top of the repository."""
    assert {name.partition("/")[0] for name in tracked()} <= AT_THE_TOP
