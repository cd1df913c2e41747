"""What customers type into the shop's forms, kept as typed, and what is wrong beside each field."""

from zhanggui.faces.shop.forms.account import AddressForm as AddressForm
from zhanggui.faces.shop.forms.checkout import LEVELS as LEVELS
from zhanggui.faces.shop.forms.checkout import AddressQuestion as AddressQuestion
from zhanggui.faces.shop.forms.checkout import ChangeForm as ChangeForm
from zhanggui.faces.shop.forms.checkout import CheckoutForm as CheckoutForm
