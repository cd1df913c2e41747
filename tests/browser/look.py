"""How a page is looked at: width, language, brightness, with or without script."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext

from tests.browser.office import Office

SLOW_MS = 15_000
"""How long anything may take before it counts as failed: a busy machine is not a fault."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: width, language, brightness."""

    width: int = 1280
    language: str = "zh-hans"
    dark: bool = False
    script: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.language[:2]}-{'dark' if self.dark else 'light'}"

    def context(
        self, browser: Browser, office: Office, session: str = "", *, height: int = 800
    ) -> BrowserContext:
        """Return a browser of its own that looks so, signed in if it has a session."""
        context = browser.new_context(
            base_url=office.url,
            viewport={"width": self.width, "height": height},
            has_touch=self.width < 500,
            locale="en-GB" if self.language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
            java_script_enabled=self.script,
        )
        context.set_default_timeout(SLOW_MS)
        cookies = {"language": self.language} | ({"sessionid": session} if session else {})
        context.add_cookies(
            [{"name": k, "value": v, "url": office.url} for k, v in cookies.items()]
        )
        return context
