"""Goods where they lie: places, movements that nobody can change, and levels kept with them.

Every movement takes pieces of one SKU from a place to a place, so goods are conserved: what is not
in a depot, packed, in a bag or with a customer was lost, damaged or counted away, and a movement
says so. Nothing is edited; a mistake is set right by a further movement. A level is the sum of the
movements of a SKU at a place, kept in the same statement that decides whether they may happen: two
buyers of the last piece can never both have it.

Goods set aside go on under a reference (the number of an order), and no further than they were set
aside. Other rooms call `actions/goods.py` from their own actions and ride on their own authority:

    reserve_goods(area, depot=depot, lines=[Line(sku.pk, 2, "A-1007")], by=by, at=at)

A deed that moves many lines moves them in one call: rows are locked in the order of SKU and place,
so two deeds never wait for each other.
"""
