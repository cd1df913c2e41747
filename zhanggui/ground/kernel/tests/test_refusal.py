"""The refusal: a code for programs, a sentence and a remedy for people."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext_lazy

from zhanggui.ground.kernel.refusal import Refusal, not_yours


def test_refusal_says_what_is_wrong_and_what_settles_it() -> None:
    no = Refusal("worn_out", "Three runs are enough.", settles="Open another.", data={"runs": 3})
    assert (no.code, no.sentence, no.settles) == (
        "worn_out",
        "Three runs are enough.",
        "Open another.",
    )
    assert (no.status, no.data, no.args) == (409, {"runs": 3}, ("worn_out",))
    assert str(no) == "Three runs are enough. Open another."


def test_refusal_without_a_remedy_is_its_sentence() -> None:
    no = Refusal("worn_out", "Three runs are enough.", status=422)
    assert (str(no), no.settles, no.status, no.data) == ("Three runs are enough.", "", 422, {})


def test_refusal_speaks_the_language_of_its_reader() -> None:
    no = Refusal("language", gettext_lazy("Chinese"))
    assert str(no) == "Chinese"
    with translation.override("zh-hans"):
        assert str(no) == str(gettext_lazy("Chinese"))


def test_not_yours_is_a_404_and_gives_nothing_away() -> None:
    no = not_yours()
    assert (no.code, no.status, no.data) == ("not_yours", 404, {})
    assert str(no) == (
        "There is no such record among those you answer for. "
        "Check the number, or ask the person who holds this duty for that area."
    )
