r"""The bodies of ``\boxed{}`` against a slow reader, one character at a time."""

from hypothesis import example, given
from hypothesis import strategies as st

from graders.completion.boxed import boxed_bodies


def slow(text):
    """Outermost boxes; None where one is never closed."""
    bodies, depth, inside, i = [], 0, None, 0
    while i < len(text):
        if text.startswith("\\boxed", i):
            j = i + len("\\boxed")
            while j < len(text) and text[j].isspace():
                j += 1
            if j < len(text) and text[j] == "{":
                inside = (j + 1, depth) if inside is None else inside
                depth, i = depth + 1, j + 1
                continue
        if text[i] == "\\":
            i += 2
            continue
        if text[i] == "{":
            depth += 1
        elif text[i] == "}":
            depth = max(0, depth - 1)
            if inside is not None and depth == inside[1]:
                bodies.append(text[inside[0] : i])
                inside = None
        i += 1
    return None if inside is not None else bodies


@given(
    st.lists(st.sampled_from(["\\boxed", "\\boxed{", "{", "}", "\\{", "\\}", "\\\\", "\\", " ", "\n", "x"])).map(
        "".join
    )
)
@example("{\\boxed{x}}")  # a box within braces closes at the depth at which it opened
@example("\\boxed{{x}y}")  # and braces within a box don't close it
def test_agrees_with_the_slow_reader(text):
    """Braces are matched, escapes are text, only outermost boxes count."""
    assert boxed_bodies(text) == slow(text)


def test_starts_where_it_is_told():
    """What stands before the start is not read."""
    text = r"\boxed{1} \boxed{2}"
    assert boxed_bodies(text, text.index(" ")) == ["2"]
