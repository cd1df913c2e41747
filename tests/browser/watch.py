"""What is looked for on every page: faults of script, policy, layout, weight and accessibility."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser.look import SLOW_MS

AXE = (Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

CSS_KB_MAX = 50
JS_KB_MAX = 60
QUEUE_JS_KB_MAX = 75
"""Queue pages also carry idiomorph, so that a refresh keeps ticks, focus and scroll."""
FINGER_PX_MIN = 44

_RUN_AXE = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `axe ${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}: ${node.failureSummary}`));
}"""

_STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets.push(still);
}"""
"""Colours then change at once: half-way between light and dark nothing can be read."""

_IDLE = "() => new Promise((then) => setTimeout(() => requestIdleCallback(then), 30))"
"""Gives scripts that have come in a turn to ask for more."""

_WEIGHT = """() => {
  const sum = (ending) => performance.getEntriesByType("resource")
    .filter((entry) => new URL(entry.name).pathname.endsWith(ending))
    .reduce((total, entry) => total + entry.encodedBodySize, 0);
  const queue = !!document.querySelector("[data-island~=queue]");
  return { css: sum(".css"), js: sum(".js"), queue };
}"""

_WIDE = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return [];
  const beyond = [...document.querySelectorAll("main *, header *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3)
    .map((e) => `<${e.tagName.toLowerCase()} class="${e.className}">`);
  return [`the page is ${wide} px too wide: ${beyond.join(", ")}`];
}"""

_SMALL = """(least) => [...document.querySelectorAll(
    "main :is(a.btn, button, select, textarea, input), .dock :is(a, button)"
  )].filter((e) => !["hidden", "checkbox", "radio"].includes(e.type) && e.checkVisibility())
  .filter((e) => e.ariaHidden !== "true")
  .map((e) => [e, Math.max((e.closest(".find, .pick") ?? e).getBoundingClientRect().height,
    parseFloat(getComputedStyle(e, "::after").height) || 0)])
  .filter(([, height]) => height > 0 && height < least - 0.5)
  .map(([e, height]) => `only ${Math.round(height)} px high: ${e.outerHTML.slice(0, 110)}`)"""


@dataclass
class Watched:
    """A page and everything its browser complained of."""

    page: Page
    heard: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    under_way: set[Request] = field(default_factory=set)

    def again(self) -> Watched:
        """Forget what was heard: the same window, for another page."""
        self.heard.clear()
        self.expected.clear()
        return self

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        self.page.on("response", self._response)
        self.page.on("request", lambda request: self.under_way.add(request))
        self.page.on("requestfinished", lambda request: self.under_way.discard(request))
        self.page.on("requestfailed", lambda request: self.under_way.discard(request))

    def settle(self, path: str) -> None:
        """Go to a page and wait until all it asks for has come.

        `networkidle` waits for the same, and then half a second for nothing.
        """
        self.page.goto(path)
        deadline, quiet = time.monotonic() + SLOW_MS / 1000, 0
        while quiet < 2:
            assert time.monotonic() < deadline, f"{path} still waits for {self.under_way}"
            self.page.evaluate(_IDLE)
            quiet = 0 if self.under_way else quiet + 1

    def _console(self, message: ConsoleMessage) -> None:
        # A refused load is told by its answer, with its status; the console only repeats it.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.heard.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.heard.append(f"{response.status} {response.url}")

    def faults(self, *, weigh: bool = True) -> list[str]:
        """Return everything wrong with the page as it stands."""
        found = [*self.heard, *self.page.evaluate(_WIDE), *self.axe()]
        viewport = self.page.viewport_size
        if viewport is not None and viewport["width"] < 500:
            found += self.page.evaluate(_SMALL, FINGER_PX_MIN)
        return found + (self._too_heavy() if weigh else [])

    def axe(self) -> list[str]:
        """Return what the accessibility engine finds."""
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(_RUN_AXE, {"type": "tag", "values": TAGS})
        return found

    def dim(self) -> list[str]:
        """Turn the page, already looked at in the light, dark; return what cannot be read there.

        Darkness changes colours and nothing else (`tokens` of the style sheets).
        """
        self.page.evaluate(_STILL)
        self.page.emulate_media(color_scheme="dark")
        rule = {"type": "rule", "values": ["color-contrast"]}
        found: list[str] = self.page.evaluate(_RUN_AXE, rule)
        self.page.emulate_media(color_scheme="light")
        return found

    def _too_heavy(self) -> list[str]:
        weight: dict[str, Any] = self.page.evaluate(_WEIGHT)
        limits = {"css": CSS_KB_MAX, "js": QUEUE_JS_KB_MAX if weight["queue"] else JS_KB_MAX}
        return [
            f"{weight[kind] / 1000:.1f} kB of {kind}, at most {limit}"
            for kind, limit in limits.items()
            if weight[kind] > limit * 1000
        ]
