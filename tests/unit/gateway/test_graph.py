"""The picture of a desk: all that leads from state to state is there, and can be read."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gateway.arrows import arrows, by_themselves, staying
from gateway.graph import svg
from gateway.settings import shipped_desks
from outbound.render import Renderer
from routing.workflow import Workflow, load

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"


def desk(name: str) -> Workflow:
    """One of the desks that ship."""
    text = (ROOT / "workflows" / f"{name}.toml").read_text(encoding="utf-8")
    return load(text, f"{name}.toml", Renderer((), "Postern").names())


@pytest.mark.parametrize("name", shipped_desks())
def test_each_state_and_each_arrow_is_drawn(name: str) -> None:
    workflow = desk(name)
    picture = ET.fromstring(svg(workflow))
    names = [text.text for text in picture.iter(f"{SVG}text") if text.get("class") == "name"]
    assert names == [state.name for state in workflow.states.values()]
    texts = [text.text for text in picture.iter(f"{SVG}text") if text.get("class") is None]
    known = arrows(workflow)
    assert known
    for label in {arrow.label for arrow in known}:
        assert texts.count(label) == sum(arrow.label == label for arrow in known)
    assert len([path for path in picture.iter(f"{SVG}path") if path.get("class") == "head"]) == len(known) + 1


@pytest.mark.parametrize("name", shipped_desks())
def test_no_label_lies_on_another_and_all_lie_inside(name: str) -> None:
    picture = ET.fromstring(svg(desk(name)))
    width, height = float(picture.get("width", "")), float(picture.get("height", ""))
    places = []
    for text in (one for one in picture.iter(f"{SVG}text") if one.get("class") is None):
        x, y, room = float(text.get("x", "")), float(text.get("y", "")), 7.2 * len(text.text or "")
        left = x if text.get("text-anchor") == "start" else x - room
        assert left >= 0
        assert left + room <= width
        assert 0 < y < height
        places.append((left, left + room, y))
    for number, (left, right, y) in enumerate(places):
        for other_left, other_right, other_y in places[number + 1 :]:
            assert right <= other_left or other_right <= left or abs(y - other_y) >= 14


def test_it_follows_the_readers_choice_of_dark_or_light() -> None:
    picture = svg(desk("several-parties"))
    assert "@media (prefers-color-scheme: dark)" in picture
    colours = re.sub(r"<style>.*?</style>", "", picture, flags=re.DOTALL)
    assert "#" not in colours


def test_every_program_that_shows_pictures_knows_its_colours() -> None:
    assert "var(" not in svg(desk("several-parties"))


def test_what_happens_by_itself_is_named() -> None:
    assert set(by_themselves(desk("field-service"))) >= {
        ("draft", "open", "all questions answered"),
        ("open", "assigned", "assigned"),
        ("done", "closed", "rated"),
    }


def test_moves_that_keep_a_state_stand_in_it() -> None:
    assert staying(desk("partner-desk")) == {"open": "↻ Update", "closed": "↻ Update"}


def test_what_a_desk_calls_itself_breaks_no_picture() -> None:
    odd = replace(desk("four-tiers"), name='<script>alert("x")</script> & more')
    picture = ET.fromstring(svg(odd))
    assert picture.find(f"{SVG}script") is None
