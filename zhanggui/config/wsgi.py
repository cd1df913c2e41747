"""The web server's door into Zhanggui."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
gc.disable()  # all that is loaded stays: nobody need look for garbage in it, now or later
application = get_wsgi_application()
gc.freeze()
gc.enable()

from zhanggui.books.traffic.pages import write_views_aside  # noqa: E402 - needs the settings
from zhanggui.config.pretend import lend_account, start_clock  # noqa: E402 - needs the settings

if refusal := start_clock():
    raise SystemExit(refusal)

lend_account()
write_views_aside()
