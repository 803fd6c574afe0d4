"""Tables of facts to look up (CONTRACTS section 3), and what they held when flows were deployed with them."""

from django.db import models

from flows.models.registry import Named
from flows.models.scoped import Owned


class TableContent(Owned):
    """What a table held at one time; never changed. `ref` is the table's id, for a flow that was deployed with it goes
    on when the table is gone. `key`, `columns` and `rows` are those of registry.json; `count` is the number of rows,
    `size` their bytes as JSON."""

    ref = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.ref


class Table(Named):
    """What it holds now is `content`: replacing the rows makes another one."""

    content = models.ForeignKey(TableContent, on_delete=models.RESTRICT, related_name="tables")

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="table_once")]
