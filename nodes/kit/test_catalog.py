"""The catalog is a value."""

import subprocess
import sys

from nodes.filter.cooldown import Cooldown
from nodes.kit.catalog import GROUPS, Catalog, full_catalog
from nodes.kit.kind import SourceKind
from nodes.source.devices import Devices


def test_a_catalog_of_one_knows_one() -> None:
    catalog = Catalog([Cooldown])
    assert (len(catalog), list(catalog), catalog.get("devices"), catalog.get(None)) == (1, [Cooldown], None, None)
    assert "cooldown" in catalog
    assert catalog["cooldown"] is Cooldown


def test_kinds_stand_in_palette_order_whatever_order_they_come_in() -> None:
    assert list(Catalog([Cooldown, Devices])) == [Devices, Cooldown]
    groups = [GROUPS.index(kind.group) for kind in full_catalog()]
    assert groups == sorted(groups)


def test_sources_are_the_kinds_without_inputs() -> None:
    assert all(issubclass(kind, SourceKind) for kind in full_catalog().sources())
    assert {kind.id for kind in full_catalog().sources()} == {kind.id for kind in full_catalog() if not kind.inputs}


def test_a_kind_is_imported_when_it_is_asked_for() -> None:
    """In a process of its own: this one has them all."""
    asked = (
        "import sys; from nodes.kit.catalog import full_catalog; catalog = full_catalog(); "
        "assert 'threshold' in catalog and len(catalog) > 40; catalog['threshold']; "
        "print([name for name in sys.modules if name.startswith('nodes.') and name.count('.') == 2 and '.kit.' not in name])"
    )
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['nodes.filter.threshold']"
