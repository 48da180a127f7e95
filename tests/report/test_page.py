"""The page: valid, readable by everyone, loading nothing, and naming what a person must know."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from graders.vocabulary.documentation import DOCUMENTATION

RIGHT = {"graders": [{"type": "math_accuracy"}]}


@pytest.mark.parametrize("name", ["gameable.json", "reward.json"])
@pytest.mark.parametrize("named", [True, False])
def test_it_is_valid_and_accessible(demo, name, named):
    """What a validator and an accessibility checker look at, for both rewards, with and without them at hand."""
    page, text, _ = demo(name, named=named)  # read strictly: every element is closed, once, where it was opened
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert len(page.all("h1")) == len(page.all("main")) == len(page.one("head").all("title")) == 1
    ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for target in (link.attributes["href"] for link in page.all("a")):
        assert target.startswith(f"{DOCUMENTATION}/outcomes.md#") or target[1:] in ids
    for node in page.all():
        for reference in ("aria-labelledby", "for"):
            assert node.attributes.get(reference, ids[0]) in ids


def test_headings_are_in_order(demo):
    """No level is left out."""
    levels = [int(node.tag[1]) for node in demo()[0].all() if re.fullmatch("h[1-6]", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_say_what_they_hold(demo):
    """Each has a caption first, and headers with a scope; each row has as many cells as there are headers."""
    tables = demo()[0].all("table")
    assert len(tables) > 20
    for table in tables:
        assert table.inner[0].tag == "caption"
        assert table.inner[0].text
        assert all(header.attributes["scope"] in {"col", "row"} for header in table.all("th"))
        widths = {len(row.inner) for row in table.all("tr")}
        assert len(widths) == 1


def test_drawings_say_what_they_show(demo):
    """A plot has a title and a description; a bar beside its number is hidden from those who hear the page."""
    drawings = demo()[0].all("svg")
    plots = [drawing for drawing in drawings if drawing.attributes.get("role") == "img"]
    assert len(plots) == 4
    for plot in plots:
        assert [node.tag for node in plot.inner[:2]] == ["title", "desc"]
        assert all(node.text for node in plot.inner[:2])
    assert all(drawing.attributes["aria-hidden"] == "true" for drawing in drawings if drawing not in plots)


def test_landmarks_and_labels(demo):
    """Header, navigation, main part and footer; controls with names."""
    page = demo()[0]
    for tag in ("header", "nav", "main", "footer"):
        page.one(tag)
    controls = page.one("form")
    assert "hidden" in controls.attributes  # until the script shows them
    for control in [*controls.all("input"), *controls.all("select")]:
        assert any(control in label.all() for label in controls.all("label"))
    assert page.one("a", class_="skip").attributes["href"] == "#main"


def test_it_loads_nothing(demo):
    """No address anywhere, no image, no frame, no style or script but its own, and a policy that forbids the rest."""
    page, text, _ = demo()
    without_links = text.replace(f'href="{DOCUMENTATION}', "")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bsrc=|data:", without_links)
    assert not page.all("link") + page.all("img") + page.all("iframe") + page.all("object")
    for node in page.all():
        assert not [name for name in node.attributes if name == "style" or name.startswith("on")]
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        digest = b64encode(sha256(page.one(tag).text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_hacked_rows_are_named(demo, questions):
    """Every row that is paid although labelled wrong: in the alarms, in the table, and to browse."""
    page, _, facts = demo()
    hacked = [number for number, row in enumerate(questions) if not row["label"]
              and row["reference_answer"] in row["completion"].rpartition("<answer>")[2].rpartition("</answer>")[0]
              and row["completion"].count("<answer>") == 1]  # fmt: skip
    assert len(hacked) == facts.agreement.accuracy.false_positives == 17
    first = page.one("ol", class_="alarms").inner[0]
    assert first.inner[0].text == "Wrong answers are paid"
    assert [link.text for link in first.all("a")] == [str(number + 1) for number in hacked]
    table = page.one("section", id="accuracy").all("table")[1]
    assert [row.all("th")[0].text for row in table.one("tbody").inner] == [str(number + 1) for number in hacked]
    cards = page.one("ul", id="cards").inner
    assert [card.attributes["data-row"] for card in cards[:17]] == [str(number) for number in hacked]
    assert "63 or 53" in table.text
    verdict = page.one("p", class_="verdict").text
    assert "can be gamed" in verdict
    listed = page.one("ol", class_="alarms").inner
    assert [alarm.inner[0].text for alarm in listed[:2]] == ["Wrong answers are paid", "Gameable by design"]
    assert verdict.endswith(f" {len(listed)} alarms to look at.")
    assert f"{len(listed)} alarms to look at before" in page.one("section", id="alarms").text


def test_a_good_reward_is_told_so(demo):
    """No alarm, no mistaken row."""
    page, text, facts = demo("reward.json")
    assert facts.agreement.accuracy.accuracy == 1
    assert "No completion that is labelled wrong is paid, and none that is labelled right is refused." in text
    assert not page.all("ol", class_="alarms")
    assert not page.all("span", class_="badge danger")


def test_figures_of_the_page_are_those_of_the_diagnostics(demo):
    """Mean reward, weights, each outcome's count and sentence, and the signature."""
    page, _, facts = demo()
    assert f"{facts.diagnostics.mean:.3f}" in page.one("dl", class_="tiles").text
    rows = [[cell.text for cell in row.inner] for row in page.one("section", id="outcomes").one("tbody").inner]
    counted = [(name, code, str(count)) for name, one in facts.diagnostics.components.items()
               for code, count in one.outcomes.items()]  # fmt: skip
    assert [(row[0], row[1], row[3]) for row in rows] == counted
    assert page.one("pre", class_="signature").text == facts.reward.signature
    shares = page.one("section", id="groups").one("tbody").inner
    assert [row.inner[2].text for row in shares] == [
        f"{one.variance_share:.3f}" for one in facts.diagnostics.components.values()
    ]


def test_each_row_is_taken_apart(demo, questions):
    """Text, reference, components, what was compared, and the sum."""
    page, _, facts = demo("reward.json")
    for one in facts.sample:
        card = page.one("div", id=one.anchor)
        row = questions[one.row]
        assert card.all("pre")[0].text == row["prompt"]
        assert card.all("pre")[1].text == row["completion"]
        assert card.one("p", class_="sum").text == one.explanation["sum"]
        assert [cell.text for cell in card.all("th", scope="row")] == ["format", "math_accuracy"]
        assert not one.scores_otherwise


def test_without_the_reward(demo):
    """It says what is missing and how to give it, shows no weight, and takes no row apart."""
    page, _, facts = demo(named=False)
    assert "--reward reward.json" in page.one("header").text
    assert facts.reward.weights is None
    assert not page.all("p", class_="sum")
    assert "weight" not in [header.text for header in page.one("section", id="components").all("th")]
    assert not re.search(r"\bnan\b", page.one("body").text.lower())
    assert facts.agreement.accuracy.false_positives == 17  # one grader needs no weights


def test_without_labels(demo):
    """There is no section about them."""
    page, _, facts = demo(label_column=None)
    assert facts.agreement is None
    assert not page.all("section", id="accuracy")


def test_rows_of_no_prompt_have_no_groups(report):
    """A row for itself is no group."""
    rows = [{"completion": f"<think>a</think><answer>{n}</answer>", "reference_answer": "4"} for n in range(8)]
    page, _, _ = report(rows, RIGHT)
    assert not page.all("section", id="groups")
    assert "zero-variance groups" not in page.one("header").text


def test_groups_in_one_row(report):
    """The completions of one output row are told apart by their place in it."""
    row = {"completions": [f"<think>a</think><answer>{n}</answer>" for n in (4, 5)], "reference_answer": "4"}
    page, _, _ = report([row] * 3, RIGHT)
    places = {summary.all("span", class_="place")[0].text for summary in page.all("summary") if summary.all("span")}
    assert {"Row 1, completion 1", "Row 3, completion 2"} <= places


def test_unscored_and_error_rows_stand_apart(report):
    """Each with what is wrong; neither is a zero of the mean."""
    good = {"completion": "<think>a</think><answer>4</answer>", "reference_answer": "4"}
    page, _, facts = report([good, {**good, "reference_answer": ""}, {"completion": 7, "reference_answer": "4"}], RIGHT)
    section = page.one("section", id="unscored")
    assert "bad_reference" in section.text
    assert "completions[0]: got int 7" in section.text
    assert facts.diagnostics.mean == 1
    assert [node.text for node in section.all("tbody")[1].all("th")] == ["3"]


def test_nothing_but_error_rows(report):
    """The page says so."""
    page, _, _ = report([{"completion": 7, "reference_answer": "4"}], RIGHT)
    assert page.one("p", class_="verdict").text == "No row could be scored."
    assert "completions[0]: got int 7" in page.one("section", id="unscored").text


def test_the_same_rows_give_the_same_page(demo):
    """To the last byte: nothing of it is drawn anew or depends on the time."""
    assert demo()[1] == demo()[1]


def test_several_components(report, questions):
    """Correlations as a square with a header on both sides."""
    graders = [
        {"type": "math_accuracy"},
        {"type": "string_check", "operation": "equals"},
        {"type": "text_similarity", "operation": "rouge"},
    ]
    page, _, facts = report(questions, {"graders": graders}, "label")
    square = page.one("table", class_="matrix")
    assert len(square.one("tbody").inner) == 4
    value = facts.diagnostics.correlations["math_accuracy~string_check:equals"]
    assert f"{value:.2f}" in [cell.text for cell in square.one("tbody").inner[1].all("td")]
