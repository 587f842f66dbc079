"""A desk as a picture: states from top to bottom, arrows for what leads from one to another, as SVG.

Each state is a layer of its own, in the order of the workflow file. What leads down runs on the right, what leads back
up on the left. An arrow leaves its state by a line of its own, on which its label stands, so no label meets another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from gateway.arrows import Arrow, arrows, staying
from routing.rules import State, Workflow

ROW = 26  # all lengths are in pixels
LANE = 16
MARGIN = 24
GAP = 34
LETTER = 7.2  # the mean width of a letter of 13 px
HEAD = 100
FOOT = 46

# Plain colours, for many programs that show pictures know no variables of CSS and would paint all of it black.
_STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1c2330; }
  .title { font-size: 19px; font-weight: 600; }
  .name { font-size: 15px; font-weight: 600; }
  .small { font-size: 12px; fill: #5d6675; }
  .paper { fill: #ffffff; }
  .state { stroke-width: 1.6; }
  .open { fill: #e3eefc; stroke: #3b6fb5; }
  .waiting { fill: #fdf1d6; stroke: #b07a12; }
  .closed { fill: #e6e8ec; stroke: #6b7280; }
  .way { fill: none; stroke: #7a8494; stroke-width: 1.5; }
  .comment { stroke-dasharray: 6 4; }
  .itself { stroke-dasharray: 2 4; }
  .head { fill: #7a8494; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8ecf2; }
    .small { fill: #a2acba; }
    .paper { fill: #14181f; }
    .open { fill: #1d3350; stroke: #6ea3ea; }
    .waiting { fill: #46360f; stroke: #d9a63a; }
    .closed { fill: #2b303a; stroke: #8b95a5; }
    .way { stroke: #8b95a5; }
    .head { fill: #8b95a5; }
  }
"""


@dataclass(frozen=True, slots=True)
class _Box:
    """A state in its place."""

    state: State
    note: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class _Way:
    """An arrow in its place: heights of both ends, and how far out its lane lies."""

    arrow: Arrow
    start: float
    end: float
    lane: int = 0


def svg(workflow: Workflow) -> str:
    """The picture of a desk as a whole SVG document."""
    order = {key: place for place, key in enumerate(workflow.states)}
    known = arrows(workflow)
    down = [each for each in known if order[each.target] > order[each.source]]
    back = [each for each in known if order[each.target] < order[each.source]]
    boxes = _boxes(workflow, down, back)
    right = _laned(_ways(boxes, order, down, downwards=True))
    left = _laned(_ways(boxes, order, back, downwards=False))
    return _Picture(workflow, boxes, right, left).drawn()


def _boxes(workflow: Workflow, down: Sequence[Arrow], back: Sequence[Arrow]) -> Mapping[str, _Box]:
    """The states below each other, each as high as its lines need."""
    stays = staying(workflow)
    top, boxes = float(HEAD), {}
    for key, state in workflow.states.items():
        ports = max(sum(key in (each.source, each.target) for each in side) for side in (down, back))
        height = max(ports * ROW + ROW / 2, 58 if key in stays else 44)
        boxes[key] = _Box(state, stays.get(key, ""), top, height)
        top += height + GAP
    return boxes


def _ways(
    boxes: Mapping[str, _Box], order: Mapping[str, int], side: Sequence[Arrow], *, downwards: bool
) -> tuple[_Way, ...]:
    """Give each end of each arrow a line of its own, so ordered that arrows cross as little as can be."""
    heights: dict[tuple[int, str], float] = {}
    for key, box in boxes.items():
        out = [each for each in side if each.source == key]
        into = [each for each in reversed(side) if each.target == key]
        out.sort(key=lambda each: -abs(order[each.target] - order[key]))
        into.sort(key=lambda each: abs(order[each.source] - order[key]))
        ports = [*((id(each), "end") for each in into), *((id(each), "start") for each in out)]
        first = box.top + (box.height - (len(ports) - 1) * ROW) / 2
        for place, port in enumerate(ports if downwards else reversed(ports)):
            heights[port] = first + place * ROW
    return tuple(_Way(each, heights[id(each), "start"], heights[id(each), "end"]) for each in side)


def _laned(ways: Sequence[_Way]) -> tuple[_Way, ...]:
    """Give each arrow the innermost lane that is free for all its height, short ones first."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for way in sorted(ways, key=lambda each: abs(each.end - each.start)):
        low, high = sorted((way.start, way.end))
        free = (n for n, lane in enumerate(taken) if all(high < a - 4 or low > b + 4 for a, b in lane))
        place = next(free, len(taken))
        if place == len(taken):
            taken.append([])
        taken[place].append((low, high))
        found.append(replace(way, lane=place))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Picture:
    """All in its place, to be drawn."""

    workflow: Workflow
    boxes: Mapping[str, _Box]
    right: Sequence[_Way]
    left: Sequence[_Way]

    @property
    def _box_width(self) -> float:
        notes = (_width(each.note) * 0.92 for each in self.boxes.values())
        return max(150, *(_width(each.state.name) * 1.2 + 40 for each in self.boxes.values()), *(n + 28 for n in notes))

    @property
    def _box_left(self) -> float:
        return MARGIN + _lanes(self.left) + _labels(self.left)

    @property
    def _box_right(self) -> float:
        return self._box_left + self._box_width

    @property
    def _size(self) -> tuple[float, float]:
        bottom = max(box.top + box.height for box in self.boxes.values())
        width = self._box_right + _labels(self.right) + _lanes(self.right) + MARGIN
        return max(width, 400, *map(_width, (self.workflow.name, self._by_hand))), bottom + FOOT

    @property
    def _by_hand(self) -> str:
        """What stands below the picture, empty where no state is set by hand."""
        if "status" not in self.workflow.acts or not self.workflow.by_hand:
            return ""
        names = ", ".join(self.workflow.states[key].name for key in self.workflow.by_hand)
        return f"Set by hand from any state: {names}"

    def drawn(self) -> str:
        """The document."""
        width, height = self._size
        title = escape(self.workflow.name)
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
                f'viewBox="0 0 {width:.0f} {height:.0f}">',
                f"<title>{title}</title>",
                f"<style>{_STYLE}</style>",
                f'<rect width="{width:.0f}" height="{height:.0f}" class="paper"/>',
                f'<text class="title" x="{MARGIN}" y="34">{title}</text>',
                *self._legend(),
                *(line for way in self.right for line in self._way(way, self._box_right, 1)),
                *(line for way in self.left for line in self._way(way, self._box_left, -1)),
                *(line for box in self.boxes.values() for line in self._box(box)),
                *self._foot(height),
                "</svg>\n",
            )
        )

    def _legend(self) -> Iterator[str]:
        x = float(MARGIN)
        for kind, words in (("move", "a move"), ("comment", "a comment"), ("itself", "by itself")):
            yield f'<path class="way {kind}" d="M {x:.0f} 54 h 34"/>'
            yield f'<text class="small" x="{x + 40:.0f}" y="58">{words}</text>'
            x += 40 + _width(words) + 26

    def _box(self, box: _Box) -> Iterator[str]:
        middle = self._box_left + self._box_width / 2
        centre = box.top + box.height / 2
        yield (
            f'<rect class="state {box.state.kind.value}" x="{self._box_left:.0f}" y="{box.top:.0f}" rx="8" '
            f'width="{self._box_width:.0f}" height="{box.height:.0f}"/>'
        )
        if box.state.key == _first(self.workflow):
            yield f'<circle class="head" cx="{middle:.0f}" cy="{box.top - 21:.0f}" r="5"/>'
            yield f'<path class="way" d="M {middle:.0f} {box.top - 21:.0f} v 14"/>'
            tip = f"M {middle:.0f} {box.top - 1:.0f} l -4.5 -9 h 9 Z"
            yield f'<path class="head" d="{tip}"/>'
        name = centre + (5 if not box.note else -4)
        yield f'<text class="name" text-anchor="middle" x="{middle:.0f}" y="{name:.0f}">{escape(box.state.name)}</text>'
        if box.note:
            yield (
                f'<text class="small" text-anchor="middle" x="{middle:.0f}" y="{centre + 15:.0f}">'
                f"{escape(box.note)}</text>"
            )

    def _way(self, way: _Way, edge: float, out: int) -> Iterator[str]:
        """A line out to its lane, along it and back in, with a head; `out` is 1 to the right, -1 to the left."""
        lane = edge + out * (_labels(self.right if out > 0 else self.left) + (way.lane + 0.5) * LANE)
        turn = out * min(8.0, abs(way.end - way.start) / 2)
        bend = 8 if way.end > way.start else -8
        yield (
            f'<path class="way {way.arrow.kind}" d="M {edge:.1f} {way.start:.1f} H {lane - turn:.1f} '
            f"Q {lane:.1f} {way.start:.1f} {lane:.1f} {way.start + bend:.1f} V {way.end - bend:.1f} "
            f'Q {lane:.1f} {way.end:.1f} {lane - turn:.1f} {way.end:.1f} H {edge + out * 9:.1f}"/>'
        )
        tip, y = edge + out, way.end
        yield (
            f'<path class="head" d="M {tip:.1f} {y:.1f} L {tip + out * 10:.1f} {y - 4.5:.1f} '
            f'L {tip + out * 10:.1f} {y + 4.5:.1f} Z"/>'
        )
        anchor = "start" if out > 0 else "end"
        yield (
            f'<text text-anchor="{anchor}" x="{edge + out * 12:.1f}" y="{way.start - 5:.1f}">'
            f"{escape(way.arrow.label)}</text>"
        )

    def _foot(self, height: float) -> Iterator[str]:
        if self._by_hand:
            yield f'<text class="small" x="{MARGIN}" y="{height - 16:.0f}">{escape(self._by_hand)}</text>'


def _first(workflow: Workflow) -> str:
    """The state in which tickets begin."""
    return workflow.form.status if workflow.form else workflow.opening.status


def _width(text: str) -> float:
    return len(text) * LETTER


def _labels(ways: Sequence[_Way]) -> float:
    """How much room the labels of one side need."""
    return max((_width(way.arrow.label) for way in ways), default=0) + 30 if ways else 0


def _lanes(ways: Sequence[_Way]) -> float:
    return (max((way.lane for way in ways), default=-1) + 1) * LANE
