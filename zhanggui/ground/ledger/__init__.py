"""Accounts, and the transfers of money between them that nobody can change.

Every movement is one transfer: an amount leaves the credited account and reaches the debited one,
so the books always balance. A transfer may first be *pending*: it reserves the money until a later
transfer posts it (wholly or in part) or voids it. Nothing is ever edited: what was wrong is set
right by a further transfer that names the one it corrects. A balance is the sum of the transfers,
taken when asked.

Other rooms call `actions.py` from their own actions and ride on their own authority:

    transfer_money(area, debit=bag, credit=sales, amount_fen=8750, entry="collect", by=by, at=at)

An account may be bounded (a courier cannot hand in more than he holds). Bounds are proved while the
accounts' rows are locked, in the order of their numbers. A deed that needs several transfers makes
them in one `transfer_many`, so that two deeds never wait for each other.
"""
