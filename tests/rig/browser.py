"""A real browser that looks at letters: how they are laid out, and whether they can be read."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
PATIENCE = 120.0  # seconds: no test waits for it

# For each frame: how far its contents reach beyond its width, and the least contrast of a text with what is behind it
# (WCAG 2.2, section 1.4.3).
_LOOK = r"""
const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const luminance = rgb => rgb.slice(0, 3).map(channel).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const numbers = colour => colour.match(/[\d.]+/g).map(Number);
function behind(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = numbers(element.ownerDocument.defaultView.getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
}
function contrast(element) {
  const style = element.ownerDocument.defaultView.getComputedStyle(element);
  const [a, b] = [luminance(numbers(style.color)), luminance(behind(element))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
function look(frame) {
  const page = frame.contentDocument, texts = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode.parentElement);
  return {
    beyond: page.documentElement.scrollWidth - frame.clientWidth,
    contrast: Math.min(...texts.map(contrast)),
    headings: page.querySelectorAll("h1").length,
    language: page.documentElement.lang, direction: page.documentElement.dir, title: page.title,
    pictures: [...page.images].map(image => [image.getAttribute("alt"), image.getAttribute("src")]),
    unnamed: [...page.querySelectorAll("a")].filter(link => !link.textContent.trim()).length,
    background: luminance(behind(page.body)),
  };
}
addEventListener("load", () => {
  const seen = {};
  for (const frame of document.querySelectorAll("iframe")) seen[frame.name] = look(frame);
  document.body.innerHTML = "";
  document.body.appendChild(document.createElement("pre")).textContent = JSON.stringify(seen);
});
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the browser saw of a page. `background` is its luminance, from 0 (black) to 1; `pictures` are what stands in
    their place and where they come from.
    """

    beyond: float
    contrast: float
    headings: int
    language: str
    direction: str
    title: str
    unnamed: int
    pictures: list[list[str | None]]
    background: float


def look(pages: Mapping[str, str], width: int, folder: Path, *, dark: bool = False) -> dict[str, Look]:
    """Each page in a frame of so many pixels."""
    frames = "".join(
        f'<iframe name="{name}" width="{width}" height="600" style="border:0" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
    )
    scheme = "dark" if dark else "light"
    document = folder / f"{width}-{scheme}.html"
    document.write_text(
        f'<!doctype html><html style="color-scheme:{scheme}"><meta charset="utf-8">'
        f"<body><script>{_LOOK}</script>{frames}</body></html>",
        encoding="utf-8",
    )
    assert PROGRAM is not None
    command = [
        PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={folder}/profile", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        "--dump-dom", document.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    found = re.search(r"<pre>(.*)</pre>", done.stdout.decode(), re.DOTALL)
    assert found is not None, done.stderr.decode()[-2000:]
    seen: dict[str, dict[str, object]] = json.loads(html.unescape(found[1]))
    return {name: Look(**each) for name, each in seen.items()}  # type: ignore[arg-type]
