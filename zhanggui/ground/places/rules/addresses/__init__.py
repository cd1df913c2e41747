"""Reading addresses: text as people type or paste it, into divisions, door and contact."""

from zhanggui.ground.places.rules.addresses.reading import Reading as Reading
from zhanggui.ground.places.rules.addresses.reading import read_address as read_address
