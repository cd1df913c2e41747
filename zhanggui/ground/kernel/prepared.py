"""Prepared queries: what is asked for every order is built once, and then only given its values.

    @prepared(depot=BigIntegerField(), skus=[BigIntegerField()])
    def levels_at(depot, skus):
        return Level.objects.filter(among("sku_id", skus), location=depot)

    levels_at(depot=5, skus=[1, 2])  # a list of levels

Building a query and its SQL takes Django several times as long as SQLite takes to answer it. A
prepared function is called once for each kind of database and each length of its lists, with
`Given` in place of its values; the SQL is kept, with the places of the values in it. What the rows
become (tuples, records, records with those they point to) is left to the query set.

So the function may not look at its values: no None, no branch, nothing but building. Lists longer
than `MOST` are asked the ordinary way, with the values in the function's hands.

`prepared_update` changes rows likewise; `insert` and `save` write records.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Field, ForeignKey, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.lookups import In
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
R = TypeVar("R")
T = TypeVar("T")

MOST = 64
"""Values of a list, and rows written at once, up to which a statement is kept."""

Kind = Field[Any, Any]
Values = dict[str, Any]


class Given(Expression):
    """A value that is given when the query is asked: this one, or one of a list."""

    def __init__(self, name: str, field: Kind, place: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return the place of the value; itself stands among the parameters."""
        return "%s", (self,)

    def of(self, values: Values, own: BaseDatabaseWrapper) -> Any:
        """Return the value as this database takes it."""
        value = values[self.name] if self.place is None else values[self.name][self.place]
        return self.output_field.get_db_prep_value(value, own)


def among(column: str, values: Iterable[Any]) -> In:
    """Return the condition that a column (`sku_id`) has one of these values."""
    return In(F(column), list(values))


def prepared(
    **fields: Kind | list[Kind],
) -> Callable[[Callable[..., QuerySet[Any, R]]], Callable[..., list[R]]]:
    """Prepare a function that builds a query of these values; called, it returns the rows.

    A value's field says how the database takes it; `[field]` is a list of such values. Raises
    TypeError for values missing or unknown, ValueError for None and for an empty list.
    """

    def wrap(build: Callable[..., QuerySet[Any, R]]) -> Callable[..., list[R]]:
        kept: dict[tuple[Any, ...], _Built] = {}

        @wraps(build)
        def ask(**values: Any) -> list[R]:
            shape = _shape(fields, values)
            if shape is None:
                return list(build(**values))
            if (found := kept.get(shape)) is None:
                found = kept[shape] = _Built(build(**_givens(fields, values)))
            return found.rows(values)

        return ask

    return wrap


class _Built:
    """A query set with its statement: it makes of an answer what it always would."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(using=rows.db)
        self._sql, self._params = self._compiler.as_sql()
        self._compiler.connection = None  # each thread that asks has its own
        self._converters: WeakKeyDictionary[BaseDatabaseWrapper, Any] = WeakKeyDictionary()

    def rows(self, values: Values) -> list[Any]:
        """Ask with these values, building nothing anew."""
        own, connection = _twin(self._compiler), _connection()
        params = _filled(self._params, values)
        own.connection = connection
        own.as_sql = lambda *_, **__: (self._sql, params)
        own.get_converters = lambda _: self._converters_of(connection)
        query = _twin(self._compiler.query)
        query.get_compiler = lambda *_, **__: own
        asked = _twin(self._rows)
        asked._query = query
        return list(asked._iterable_class(asked))

    def _converters_of(self, connection: BaseDatabaseWrapper) -> Any:
        """Return how columns become values on a connection."""
        if (found := self._converters.get(connection)) is None:
            own = _twin(self._compiler)
            own.connection = connection
            columns = [expression for expression, *_ in own.select[: own.col_count]]
            found = self._converters[connection] = own.get_converters(columns)
        return found


def prepared_update(
    **fields: Kind | list[Kind],
) -> Callable[[Callable[..., tuple[QuerySet[Any], dict[str, Any]]]], Callable[..., int]]:
    """Prepare a function that builds rows and what becomes of their columns.

    Called, it changes them and returns how many there were. Values are as for `prepared`.
    """

    def wrap(
        build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]],
    ) -> Callable[..., int]:
        kept: dict[tuple[Any, ...], tuple[str, Sequence[Any]]] = {}

        @wraps(build)
        def change(**values: Any) -> int:
            shape = _shape(fields, values)
            if shape is None:
                rows, changes = build(**values)
                return rows.update(**changes)
            if (found := kept.get(shape)) is None:
                rows, changes = build(**_givens(fields, values))
                query: Any = rows.query.chain(UpdateQuery)
                query.add_update_values(changes)
                found = kept[shape] = query.get_compiler(using=rows.db).as_sql()
            sql, params = found
            own = _connection()
            with transaction.mark_for_rollback_on_error(), own.cursor() as cursor:
                cursor.execute(sql, _filled(params, values))
                count: int = cursor.rowcount
                return count

        return change

    return wrap


def _shape(fields: Mapping[str, Any], values: Values) -> tuple[Any, ...] | None:
    """Return what a statement is kept under; None where it is not to be kept."""
    if fields.keys() != values.keys():
        raise TypeError(f"prepared for {sorted(fields)}, given {sorted(values)}")
    lengths = []
    for name, field in fields.items():
        value = values[name]
        if value is None or (isinstance(field, list) and (not value or None in value)):
            raise ValueError(f"a prepared query has no place for nothing: {name}")
        lengths.append(len(value) if isinstance(field, list) else 0)
    return (connection.vendor, *lengths) if max(lengths, default=0) <= MOST else None


def _givens(fields: Mapping[str, Any], values: Values) -> Values:
    return {
        name: [Given(name, field[0], place) for place in range(len(values[name]))]
        if isinstance(field, list)
        else Given(name, field)
        for name, field in fields.items()
    }


def _filled(params: Sequence[Any], values: Values) -> list[Any]:
    own = _connection()
    return [one.of(values, own) if isinstance(one, Given) else one for one in params]


def _connection() -> BaseDatabaseWrapper:
    """Return the connection itself: what stands for it is looked up at each touch."""
    return connections[DEFAULT_DB_ALIAS]


def _twin(one: T) -> T:
    """Return another of the same in all; `copy.copy` would ask a query set's rows."""
    other = object.__new__(type(one))
    other.__dict__.update(one.__dict__)
    return other


# --- writing ----------------------------------------------------------------------------------


def insert(rows: Iterable[M]) -> list[M]:
    """Write fresh rows of one kind in one statement, and return them with their ids.

    As `bulk_create` does: no `save()` of the record is called. More than `MOST` are left to it.
    """
    fresh = list(rows)
    if not fresh:
        return []
    model = type(fresh[0])
    if len(fresh) > MOST:
        return model._base_manager.bulk_create(fresh)
    columns, own = _columns(model), _connection()
    values: list[Any] = [
        value if value is None or type(value) is kind else _value(field, row, own, add=True)
        for row in fresh
        for field, name, kind in columns
        for value in [getattr(row, name)]
    ]
    with transaction.mark_for_rollback_on_error(), own.cursor() as cursor:
        cursor.execute(_insert_sql(model, len(fresh)), values)
        ids = [pk for (pk,) in cursor.fetchall()]
    for row, pk in zip(fresh, ids, strict=True):
        row.pk = pk
        row._state.adding = False
        row._state.db = own.alias
    return fresh


def save(row: Model, *, only: Collection[str] = ()) -> None:
    """Write a record that stands already, as its `save()` would: all columns, or `only` these.

    Raises RuntimeError where it is there no more.
    """
    own = _connection()
    columns = tuple(one for one in _columns(type(row)) if not only or one[1] in only)
    values: list[Any] = [
        value if value is None or type(value) is kind else _value(field, row, own, add=False)
        for field, name, kind in columns
        for value in [getattr(row, name)]
    ]
    names = tuple(str(field.column) for field, *_ in columns)
    with transaction.mark_for_rollback_on_error(), own.cursor() as cursor:
        cursor.execute(_update_sql(type(row), names), [*values, row.pk])
        if cursor.rowcount != 1:
            raise RuntimeError(f"{row!r} is there no more")


Column = tuple[Kind, str, type | None]
"""A field, the name of its value in the record, and of which type it is written as it stands."""

_AS_THEY_STAND = {
    "CharField": str,
    "TextField": str,
    "BigAutoField": int,
    "BigIntegerField": int,
    "IntegerField": int,
    "SmallIntegerField": int,
}


@cache
def _columns(model: type[Model]) -> tuple[Column, ...]:
    """Return the columns of a kind of record but its id."""
    return tuple(
        (field, field.attname, _kind(field))
        for field in model._meta.concrete_fields
        if not field.primary_key
    )


def _kind(field: Kind) -> type | None:
    """Return of which type a field's values go to the database as they stand."""
    if type(field).pre_save is not Field.pre_save:
        return None
    written = field.target_field if isinstance(field, ForeignKey) else field
    return _AS_THEY_STAND.get(type(written).__name__)


def _value(field: Kind, row: Model, own: BaseDatabaseWrapper, *, add: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=add), own)


_inserts: dict[tuple[Any, ...], str] = {}
_updates: dict[tuple[Any, ...], str] = {}


def _update_sql(model: type[Model], columns: tuple[str, ...]) -> str:
    key = (connection.vendor, model, columns)
    if key not in _updates:
        quote = connection.ops.quote_name
        meta = model._meta
        changed = ", ".join(f"{quote(column)} = %s" for column in columns)
        table, own = quote(meta.db_table), quote(str(meta.pk.column))
        _updates[key] = f"UPDATE {table} SET {changed} WHERE {own} = %s"  # noqa: S608 - our names
    return _updates[key]


def _insert_sql(model: type[Model], count: int) -> str:
    key = (connection.vendor, model, count)
    if key not in _inserts:
        quote = connection.ops.quote_name
        meta = model._meta
        names = [quote(str(field.column)) for field, *_ in _columns(model)]
        row = f"({', '.join(['%s'] * len(names))})"
        table, own = quote(meta.db_table), quote(str(meta.pk.column))
        rows, columns = ", ".join([row] * count), ", ".join(names)
        _inserts[key] = f"INSERT INTO {table} ({columns}) VALUES {rows} RETURNING {own}"  # noqa: S608 - our names
    return _inserts[key]
