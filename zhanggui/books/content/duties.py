"""The duties of this room: writing pages, changing their sections, publishing them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.content import actions, forms
from zhanggui.books.content.models import Page
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.rules.pages import PageKind, PageState, is_changed
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.media.models import Picture


def badge_of(page: Page) -> Badge:
    """Return where a page stands, in one word."""
    if page.planned_at is not None:
        return Badge("go", pgettext("a page", "Planned"))
    if page.state == PageState.LIVE and is_changed(page):
        return Badge("wait", _("Published, with a newer draft"))
    tones = {PageState.DRAFT: "wait", PageState.LIVE: "done", PageState.WITHDRAWN: "rest"}
    state = PageState(page.state)
    return Badge(tones[state], state.label)


def is_read(page: Page) -> bool:
    """Tell whether somebody has read the newest version and found it right."""
    return page.confirmed_id is not None and page.confirmed_id == page.latest_id


def path_of(page: Page) -> str:
    """Return the address at which customers find a page."""
    if page.kind == PageKind.HOME:
        return "/shop/"
    return f"/shop/{'a' if page.kind == PageKind.ARTICLE else 'help'}/{page.slug}/"


def edit_url(page: Page) -> str:
    """Return where a page is edited."""
    return reverse("content:edit", args=[page.pk])


def _titled(page: Page) -> Cell:
    return Cell([str(page), f"{PageKind(page.kind).label} · {path_of(page)}"], strong=True)


def _standing(page: Page) -> Cell:
    badges = [badge_of(page)]
    if page.changed_at is not None and is_read(page):
        badges.append(Badge("done", gettext("Read by a second person")))
    lines = []
    if page.planned_at is not None:
        lines.append(gettext("goes live %(when)s") % {"when": moment(page.planned_at)})
    elif page.changed_at is None and page.live_at is not None:
        badges = [Badge("wait", gettext("To be read again"))]
        lines.append(gettext("published %(when)s") % {"when": moment(page.live_at)})
    return Cell(lines, badges)


def _last(page: Page) -> str:
    saved = page.latest.saved_by if page.latest is not None else None
    return saved.name if saved is not None else ""


def _about(rows: QuerySet[Page], text: str) -> QuerySet[Page]:
    titled = Q(latest__title_zh__icontains=text) | Q(latest__title_en__icontains=text)
    return rows.filter(titled | Q(slug__icontains=text))


_COLUMNS = (
    Column(_("Page"), _titled, sort="latest__title_zh"),
    Column(_("State"), _standing),
)
_KINDS = Filter[Page](
    "kind",
    _("Kind"),
    lambda _by: [(kind.value, kind.label) for kind in PageKind],
    lambda rows, value: rows.filter(kind=value),
)

declare(
    Duty[Page](
        code=queries.EDITING,
        title=_("Pages to write"),
        charter=("N-ED-1",),
        queue=queries.pages_to_edit,
        since="waits_since",
        icon="edit",
        columns=_COLUMNS,
        filters=(_KINDS,),
        search=_about,
        owner=_last,
        acts=(
            Act(
                actions.start_page,
                form=forms.StartPageForm,
                letter="n",
                tone="main",
                opens=edit_url,
            ),
            Act(
                actions.reword_picture,
                on=Picture,
                form=forms.RewordPictureForm,
                letter="e",
                tone="main",
                text=_("A picture has these words wherever it is shown."),
            ),
            Act(actions.place_page, on=Page, form=forms.PlaceForm, letter="o"),
            Act(
                actions.withdraw_page,
                on=Page,
                form=forms.WithdrawPageForm,
                letter="x",
                tone="stop",
            ),
        ),
        empty=_(
            "Drafts wait here until they are published, and published pages once nobody has read "
            "them for half a year. All pages stand under “All pages of the site”."
        ),
        model=Page,
    )
)

declare(
    Duty[Page](
        code=queries.DESIGNING,
        title=_("Sections to change"),
        charter=("N-PG-1",),
        queue=queries.pages_to_design,
        since="waits_since",
        icon="adjustments-horizontal",
        columns=_COLUMNS,
        filters=(_KINDS,),
        search=_about,
        owner=_last,
        acts=(
            Act(actions.publish_page, on=Page, letter="p", tone="main", bulk=True),
            Act(actions.schedule_page, on=Page, form=forms.PlanForm, letter="s"),
            Act(actions.unschedule_page, on=Page, letter="u"),
            Act(actions.confirm_page, on=Page, letter="r"),
            Act(actions.roll_back_page, on=Page, form=forms.LeadBackForm, letter="b"),
        ),
        empty=_(
            "Pages with a newer draft wait here until it is published. To change the home page or "
            "any other, open it under “All pages of the site”."
        ),
        model=Page,
    )
)

declare(
    Duty[Page](
        code=queries.PUBLISHING,
        title=_("All pages of the site"),
        charter=("N-ED-1", "N-PG-1"),
        page="content:pages",
        icon="sitemap",
        acts=(Act(actions.set_up_home, letter="h", opens=edit_url),),
        model=Page,
    )
)


@finder(_("Pages of the site"))
def find_pages(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find pages by title or address, for whoever answers for pages."""
    return [
        Hit(str(page), url_of(page), note=path_of(page), badge=badge_of(page))
        for page in queries.find_pages(by, text, limit)
    ]
