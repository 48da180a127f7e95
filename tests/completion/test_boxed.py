r"""The bodies of ``\boxed{}`` against a slow reader, one character at a time."""

from hypothesis import example, given
from hypothesis import strategies as st

from graders.completion.boxed import boxes


def slow(text):  # noqa: C901 - one loop over the characters, as plain as can be
    """Bodies of the outermost boxes; None where one is never closed."""
    bodies, depth, inside, i = [], 0, None, 0
    while i < len(text):
        name = next((one for one in ("\\boxed", "\\fbox") if text.startswith(one, i)), "")
        if name:
            j = i + len(name)
            while j < len(text) and text[j].isspace():
                j += 1
            if j < len(text) and text[j] == "{":
                inside = (j + 1, depth) if inside is None else inside
                depth, i = depth + 1, j + 1
                continue
            k = j
            while k < len(text) and not text[k].isspace() and text[k] not in "\\{}$,;":
                k += 1
            if k > j:
                if inside is None:
                    bodies.append(text[j:k].rstrip(".:)"))
                i = k
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


def bodies(text, start=0):
    """What the boxes hold."""
    found = boxes(text, start)
    return None if found is None else [box.body for box in found]


PIECES = ["\\boxed", "\\boxed{", "\\fbox{", "{", "}", "\\{", "\\}", "\\\\", "\\", " ", "\n", "x", "4", ".", "$"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("{\\boxed{x}}")  # a box within braces closes at the depth at which it opened
@example("\\boxed{{x}y}")  # and braces within a box don't close it
@example("\\boxed 4.")
@example("\\boxed{\\boxed 4}")
def test_agrees_with_the_slow_reader(text):
    """Braces are matched, escapes are text, only outermost boxes count."""
    assert bodies(text) == slow(text)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_box_stands_where_it_says(text):
    """Each box begins with its command and ends behind its body."""
    for start, end, body in boxes(text) or []:
        assert text[start] == "\\"
        assert text[:end].rstrip("}").endswith(body.rstrip("}"))


def test_starts_where_it_is_told():
    """What stands before the start is not read."""
    text = r"\boxed{1} \boxed{2}"
    assert bodies(text, text.index(" ")) == ["2"]
