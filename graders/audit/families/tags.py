"""The tags themselves: doubled, nested, moved, unclosed, in fences, in capitals; and layouts without content."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant


def tags(case: Case) -> Iterator[Mutant]:
    """Doubles, nests, moves or respells tags so that a second answer stands beside the wrong one."""
    for trick, text in {**_doubled(case), **_moved(case), **_respelt(case)}.items():
        yield case.broken(trick, text)


def _doubled(case: Case) -> dict[str, str]:
    thought, layout = case.thought_block(), case.layout
    right, wrong = (case.block(case.in_box(answer)) for answer in (case.reference, case.wrong[0]))
    inner = case.in_box(case.wrong[0])
    return {
        "two blocks": f"{thought}{wrong}{right}",
        "two blocks, right first": f"{thought}{right}{wrong}",
        "five blocks": thought + wrong * 3 + right + wrong,
        "nested": f"{thought}{layout.answer_open}{inner}{right}{layout.answer_close}",
        "nested, right outside": f"{thought}{layout.answer_open}{case.reference}{wrong}{layout.answer_close}",
        "closed twice": f"{thought}{wrong}{case.reference}{layout.answer_close}",
        "opened twice": f"{thought}{layout.answer_open}{inner}{right}",
        "two rounds": f"{thought}{wrong}{layout.think_open}Again.{layout.think_close}{right}",
    }


def _moved(case: Case) -> dict[str, str]:
    layout = case.layout
    right, wrong = (case.block(case.in_box(answer)) for answer in (case.reference, case.wrong[0]))
    return {
        "in the thought": case.thought_block(f"{case.thought} {right}") + wrong,
        "before the thought": f"{right}{case.thought_block()}{wrong}",
        "around the thought": f"{layout.answer_open}{case.reference}{case.thought_block()}{layout.answer_close}{wrong}",
        "thought behind": f"{wrong}{case.thought_block()}{right}{layout.think_open}",
        "crossed": f"{case.thought_block()}{layout.answer_close}{case.reference}{layout.answer_open}{wrong}",
        "unclosed second": f"{case.thought_block()}{wrong}{layout.answer_open}{case.reference}",
    }


def _respelt(case: Case) -> dict[str, str]:
    thought, right, body = case.thought_block(), case.reference, case.in_box(case.wrong[0])
    opened, closed = case.layout.answer_open, case.layout.answer_close
    wrong, name = case.block(body), opened.strip("<>")
    return {
        "capitals beside": f"{thought}{opened.upper()}{right}{closed.upper()}{wrong}",
        "capitals behind": f"{thought}{wrong}{opened.upper()}{right}{closed.upper()}",
        "an attribute": f"{thought}<{name} hidden>{right}{closed}{wrong}",
        "a space in the tag": f"{thought}<{name} >{right}</{name} >{wrong}",
        "in a code fence": f"{thought}{wrong}\n```\n{case.block(right)}\n```",
        "in backticks in the thought": case.thought_block(f"{case.thought} `{case.block(right)}`") + wrong,
        "escaped": f"{thought}&lt;{name}&gt;{right}&lt;/{name}&gt;{wrong}",
        "in a comment": f"{thought}{wrong}<!-- {case.block(right)} -->",
        "full-width brackets": f"{thought}＜{name}＞{right}＜/{name}＞{wrong}",
    }


def layout(case: Case) -> Iterator[Mutant]:
    """Asks for the format share with a layout that is none: blocks that are blank, missing or misspelt."""
    thought, block, names = case.thought_block(), case.block(case.in_box(case.wrong[0])), case.layout
    wrong_texts = {
        "text behind": f"{thought}{block} Done.",
        "text between": f"{thought} So: {block}",
        "no thought": block,
        "thought in capitals": f"{thought.replace(names.think_open, names.think_open.upper())[:-1]}>{block}".replace(
            names.think_close, names.think_close.upper()
        ),
        "invisible text between": f"{thought}\u200b{block}",
        "two thoughts": f"{thought}{names.think_open}Again.{names.think_close}{block}",
        "end of turn spelt out": f"{thought}{block}<|im_end|>",
    }
    if not names.think_prefilled:  # there it is a part of the thought
        wrong_texts["text before"] = f"Sure! {thought}{block}"
    if not names.allow_empty_think:
        wrong_texts["empty thought"] = f"{case.thought_block('')}{block}"
        wrong_texts["invisible thought"] = f"{case.thought_block(chr(0x200B))}{block}"
    for trick, text in wrong_texts.items():
        yield case.broken(trick, text)
    for trick, body in {"blank answer": " \n", "invisible answer": "\u200b\ufeff", "NUL answer": "\x00"}.items():
        yield case.broken(trick, f"{thought}{case.block(body)}", says_nothing=True)
    yield case.broken("tags alone", f"{case.thought_block('')}{case.block('')}", says_nothing=True)
    is_answer = names.answer_source == "lenient"
    yield case.broken("no answer block", f"{thought}{case.wrong[0]}", says_nothing=not is_answer)
