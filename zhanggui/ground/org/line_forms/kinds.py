"""The form of each kind of line."""

from __future__ import annotations

from zhanggui.ground.org.line_forms.areas import AddAreaForm, CloseAreaForm, MoveAreaForm
from zhanggui.ground.org.line_forms.fields import LineForm
from zhanggui.ground.org.line_forms.people import (
    AppointForm,
    EndForm,
    HandOverForm,
    LeaveForm,
    TransferForm,
)
from zhanggui.ground.org.line_forms.posts import AddPostForm, MoveDutyForm
from zhanggui.ground.org.line_forms.units import (
    AddUnitForm,
    CloseUnitForm,
    MergeUnitsForm,
    MoveUnitForm,
    SplitUnitForm,
)

LINE_FORMS: dict[str, type[LineForm]] = {
    "appoint": AppointForm,
    "transfer": TransferForm,
    "end": EndForm,
    "leave": LeaveForm,
    "hand_over": HandOverForm,
    "add_unit": AddUnitForm,
    "move_unit": MoveUnitForm,
    "split_unit": SplitUnitForm,
    "merge_units": MergeUnitsForm,
    "close_unit": CloseUnitForm,
    "add_area": AddAreaForm,
    "move_area": MoveAreaForm,
    "close_area": CloseAreaForm,
    "add_post": AddPostForm,
    "move_duty": MoveDutyForm,
}
