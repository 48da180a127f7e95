"""Templates: dots, [0], keys in quotes; one pass; what isn't there is an error; nothing multiplies."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.wire.openai.templates import (
    LONGEST_PATH,
    LONGEST_TEMPLATE,
    LONGEST_TEXT,
    MOST_VARIABLES,
    TemplateError,
    VariableError,
    read_template,
)

SPACE = {
    "item": {
        "x": "text",
        "braces": "{{ item.secret }}",
        "secret": "42",
        "list": ["first", {"deep": [1, None]}],
        "number": 1.0,
        "whole": 3,
        "yes": True,
        "nothing": None,
        "object": {"ä": "é", "b": [1]},
        "a key": "spaced",
        "0": "digit",
        "__class__": "a field of that name",
        "empty": "",
    },
    "sample": {"output_text": "{{sample.output_json}}", "output_json": {"name": "Ann"}},
}

FILLED = {
    "no variable": "no variable",
    "": "",
    "{{item.x}}": "text",
    "{{ item.x }}": "text",
    "{{\n item.x \t}}": "text",
    "a {{item.x}} b {{item.x}}": "a text b text",
    "{{item.x}}{{item.whole}}": "text3",
    "{{item.braces}}": "{{ item.secret }}",
    "{{sample.output_text}}": "{{sample.output_json}}",
    "{{item.list[0]}}": "first",
    "{{item.list[1].deep[0]}}": "1",
    "{{item.list[1].deep[1]}}": "null",
    "{{item.list[ 0 ]}}": "first",
    "{{item.list[00]}}": "first",
    "{{item.number}}": "1.0",
    "{{item.yes}}": "true",
    "{{item.nothing}}": "null",
    "{{item.object}}": '{"ä": "é", "b": [1]}',
    '{{item.object["ä"]}}': "é",
    "{{item['a key']}}": "spaced",
    "{{item.a key}}": "spaced",
    "{{item.0}}": "digit",
    "{{item.empty}}": "",
    "{{item.__class__}}": "a field of that name",
    "{{sample.output_json.name}}": "Ann",
    "{{ sample . output_json . name }}": "Ann",
    "} }} {": "} }} {",
    '{"smiles": "{{item.x}}"}': '{"smiles": "text"}',
    "{ {item.x} }": "{ {item.x} }",
}


@pytest.mark.parametrize(("text", "filled"), FILLED.items(), ids=FILLED)
def test_what_is_put_in(text, filled):
    """Texts as they are, all else as JSON text, and braces that were put in stay braces."""
    assert read_template(text).filled(SPACE) == filled


NO_TEMPLATE = {
    "{{": "never closes",
    "a {{ item.x": "at character 3 and never closes",
    "{{item.x}": "never closes",
    "{{}}": "is no variable",
    "{{ }}": "is no variable",
    "{{{item.x}}}": "is no variable",
    "{{{{item.x}}}}": "is no variable",
    "{{x}}": "did you mean {{item.x}}",
    "{{item}}": "names no variable",
    "{{sample}}": "names no variable",
    "{{env.PATH}}": "in no namespace",
    "{{self.x}}": "in no namespace",
    "{{Item.x}}": "in no namespace",
    "{{item.}}": "is no variable",
    "{{item..x}}": "is no variable",
    "{{.item.x}}": "is no variable",
    "{{item.x.}}": "is no variable",
    "{{item.list[}}": "in square brackets",
    "{{item.list[]}}": "in square brackets",
    "{{item.list[-1]}}": "in square brackets",
    "{{item.list[0:1]}}": "in square brackets",
    "{{item.list[x]}}": "in square brackets",
    "{{item.list[1e9]}}": "in square brackets",
    "{{item.list[٣]}}": "in square brackets",
    "{{item.list[99999999999999999999]}}": "in square brackets",
    "{{item.list[0]x}}": "is no variable",
    "{{item['a}}": "in square brackets",
    "{{item['']}}": "in square brackets",
    "{{item.x()}}": "is no variable",
    "{{item.x | upper}}": "is no variable",
    "{{item.x.format(a)}}": "is no variable",
    "{{#each item.list}}": "in no namespace",
    "{{item.x + item.x}}": "isn't there|is no variable",
    "{{7*7}}": "in no namespace",
    "{{'a'}}": "is no variable",
    "{{sample.output}}": "did you mean output_text",
    "{{sample.__class__}}": "a sample has",
    "{{sample['output_tex']}}": "a sample has",
    "{{item" + ".x" * LONGEST_PATH + "}}": "more than 32 steps",
    "{{item" + "[0]" * LONGEST_PATH + "}}": "more than 32 steps",
    "{{item.x}}" * (MOST_VARIABLES + 1): "257 variables",
    "{{" * 1000: "never closes",
    "x" * (LONGEST_TEMPLATE + 1): "characters, expected at most",
    "{{item." + "x." * 100_000 + "}}": "steps|is no variable",
}


@pytest.mark.parametrize(("text", "words"), NO_TEMPLATE.items(), ids=[text[:30] for text in NO_TEMPLATE])
def test_what_is_no_template(text, words):
    """One sentence, at once."""
    began = time.process_time()
    with pytest.raises((TemplateError, VariableError), match=words) as refused:
        read_template(text).filled(SPACE)
    assert time.process_time() - began < 0.5
    assert len(str(refused.value)) < 400


MISSING = {
    "{{item.y}}": "the item has no field 'y'",
    "{{item.secre}}": "but 'secret'",
    "{{item.list[2]}}": "item.list has 2 entries, none at position 2",
    "{{item.list.x}}": "has no fields, being a list",
    "{{item.x[0]}}": "has no entries, being a text",
    "{{item.x.y}}": "has no fields, being a text",
    "{{item.nothing.y}}": "being null",
    "{{item.number[0]}}": "being a number",
    "{{item.yes.no}}": "being true or false",
    "{{item.list[1].deep[0][0]}}": "being a number",
    "{{item[0]}}": "the item has no entries, being an object",
    "{{sample.output_tools[0].function.name}}": "the sample has no field 'output_tools'",
    "{{sample.choices}}": "the sample has no field",
    "{{item.x.__class__}}": "has no fields",
    "{{item.list.append}}": "has no fields",
}


@pytest.mark.parametrize(("text", "words"), MISSING.items(), ids=MISSING)
def test_a_variable_that_is_not_there(text, words):
    """With what is there in its place; attributes of Python's objects are no fields."""
    with pytest.raises(VariableError, match=words):
        read_template(text).filled(SPACE)


def test_no_variable_multiplies():
    """A long field named many times is counted before it is joined."""
    template = read_template("{{item.x}}" * MOST_VARIABLES)
    fits = "x" * (LONGEST_TEXT // MOST_VARIABLES)
    assert len(template.filled({"item": {"x": fits}})) == LONGEST_TEXT
    began = time.process_time()
    with pytest.raises(VariableError, match="more than"):
        template.filled({"item": {"x": "x" * (LONGEST_TEXT // 2)}})
    assert time.process_time() - began < 0.5


def test_a_huge_item_and_a_deep_one_are_told_in_time():
    """A missing field is looked for among few names; what JSON can't write is an error of the row."""
    many = {"item": {f"field_{number}": 0 for number in range(200_000)}}
    began = time.process_time()
    with pytest.raises(VariableError, match="no field 'field'"):
        read_template("{{item.field}}").filled(many)
    assert time.process_time() - began < 0.5
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(VariableError, match="can't be written"):
        read_template("{{item.x}}").filled({"item": {"x": deep}})


def test_values_keep_their_kind_where_a_variable_stands_alone():
    """A list of acceptable references is a list; an object is JSON text; beside other text all is text."""
    item = {"item": {"list": ["1", 2], "object": {"a": 1}, "yes": True, "n": 1.5, "empty": []}}
    assert read_template("{{item.list}}").value(item) == ["1", 2]
    assert read_template("{{item.n}}").value(item) == 1.5
    assert read_template("{{item.object}}").value(item) == '{"a": 1}'
    assert read_template("{{item.yes}}").value(item) == "true"
    assert read_template("{{item.empty}}").value(item) == "[]"
    assert read_template("x{{item.n}}").value(item) == "x1.5"


@given(st.text(alphabet="{}item.x[0]'\" samploutu_te", max_size=60))
def test_any_text_is_a_template_or_an_error(text):
    """Nothing else is ever raised."""
    with suppress(TemplateError, VariableError):
        read_template(text).filled(SPACE)


@given(st.text(max_size=40))
def test_what_is_put_in_comes_out_unchanged(text):
    """Whatever a completion holds."""
    space = {"item": {"x": text}, "sample": {"output_text": text}}
    assert read_template("<{{item.x}}|{{sample.output_text}}>").filled(space) == f"<{text}|{text}>"
