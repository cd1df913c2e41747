"""How a page is looked at: width, language, brightness, with or without script."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.browser.office import Office

SLOW_MS = 15_000
"""How long anything may take before it counts as failed: a busy machine is not a fault."""

OFF = (
    "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
    # Off in Playwright too, whose list gives way to this one:
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades",
    "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding",
    "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""What Chromium keeps ready around its pages. For the list below its address line it loads a page
of its own into each window: a third of the time of a look at one of ours."""


def launched(playwright: Playwright) -> Browser:
    """Start Debian's Chromium."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=[f"--disable-features={','.join(OFF)}"]
    )


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
