"""Words that want to be templates, and templates that want to be programs."""

from dataclasses import replace
from pathlib import Path

import pytest

from outbound.render import Renderer
from outbound.samples import sample
from tests.stories.stage import ANN, DANA, Desk
from tests.unit.outbound.test_render import SHIPPED_LETTERS, site

ESCAPES = {
    "CVE-2016-10745": "{{ '{0.__class__.__mro__}'.format(key) }}",
    "CVE-2019-10906": "{{ '{x.__class__.__mro__}'.format_map({'x': key}) }}",
    "CVE-2024-56326": "{% set f = '{0.__class__.__mro__}'.format %}{{ [key] | map(f) | join }}{{ f(key) }}",
    "CVE-2025-27516": "{{ ('{0.__class__.__mro__}' | attr('format'))(key) }}",
    "a class": "{{ key.__class__.__base__.__subclasses__() }}",
    "a function": "{{ marker.join.__globals__ }}",
    "a builtin": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "a sentence": "{{ _.__globals__ }}",
    "what a sentence knows": "{{ _.__closure__[0].cell_contents }}",
    "a loader": "{% include '/etc/passwd' %}",
    "a way up": "{% include '../../../../etc/passwd' %}",
}


@pytest.mark.parametrize("source", ESCAPES.values(), ids=ESCAPES.keys())
def test_a_template_does_not_leave_its_sandbox(tmp_path: Path, source: str) -> None:
    """P45 (Jinja2, CVE-2016-10745, CVE-2019-10906, CVE-2024-56326, CVE-2025-27516), case 147: none gets out."""
    letters: Renderer = site(tmp_path, comment_txt=source)
    letter = letters.render(*sample("comment", "en"))
    assert letter.fault is not None
    assert not any(word in letter.text for word in ("class '", "root:", "uid=", "__"))
    assert "There is news on CT-104." in letter.text


PAYLOADS = [
    "$i18n.getClass()",
    "{{ 7*7 }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "#set($x=7*7)$x",
    "{% include 'x' %}",
    "%d",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_of_a_mail_are_never_evaluated(desk: Desk, payload: str) -> None:
    """P27 (Jira, CVE-2019-11581), case 147: subject, name, body and the name of a file reach letters as they are."""
    desk.write(ANN, f"It says {payload} here.", subject=f"Images {payload}", name=payload)
    for letter in desk.reply(DANA, f"You mean {payload}?"):
        assert "49" not in letter.text.replace("CT-1", "")
        assert f"You mean {payload}?" in letter.text
        assert payload in letter.subject


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]
)
def test_words_of_a_mail_are_text_on_every_page(payload: str) -> None:
    """P18 (Roundup, CVE-2024-39124, CVE-2024-39125 and CVE-2025-53865), case 147: in each place of a letter."""
    notice, visible = sample("comment", "en")
    assert visible is not None
    told = replace(visible, text=payload, actor_name=payload, attachments=(payload,))
    letter = SHIPPED_LETTERS.render(replace(notice, subject=payload, name=payload), told)
    assert letter.fault is None
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert 'href="javascript' not in letter.html
