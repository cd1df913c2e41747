"""Draws the pictures of the example goods and articles anew: `python -m zhanggui.demo.pictures.draw [CODE...]`.

Needs a Chromium at hand (the one of the browser tests) and the Noto CJK fonts; the pictures it
made are kept beside it, so that nobody else needs either.
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

from zhanggui.demo.pictures.covers import covers
from zhanggui.demo.pictures.scenes import drawings

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUALITY = 0.84
"""WebP quality: above it the files grow and nobody sees why."""

_TO_WEBP = """async ([svg, quality]) => {
  const image = new Image();
  image.src = "data:image/svg+xml;base64," + svg;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def draw(codes: list[str]) -> int:
    """Draw the products and articles named, all where none is named; return how many."""
    from playwright.sync_api import sync_playwright

    known = {code.upper(): svg for code, svg in (drawings() | covers()).items()}
    wanted = {code: svg for code, svg in known.items() if not codes or code in codes}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        for code, svg in wanted.items():
            packed = base64.b64encode(svg.encode()).decode()
            webp = page.evaluate(_TO_WEBP, [packed, QUALITY])
            (HERE / f"{code.lower()}.webp").write_bytes(base64.b64decode(webp))
        browser.close()
    return len(wanted)


if __name__ == "__main__":
    sys.exit(0 if draw([code.upper() for code in sys.argv[1:]]) else 1)
