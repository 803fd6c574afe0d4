"""No query forgets the workspace."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from flows.models import Flow, Owned, Unscoped, Workspace

MAY_CROSS = {
    "flows/access.py": "finds a person's own memberships",
    "flows/admin.py": "the operator of the installation",
    "flows/commands/dashboards.py": "a dashboard by the secret of its link, before anybody is known",
    "flows/commands/jobs.py": "a job names its workspace itself",
    "flows/commands/people.py": "whether a person works anywhere else; a name belongs to the installation",
    "flows/commands/signin.py": "a link or the first owner, before anybody is signed in",
    "flows/commands/stations.py": "a worker by its token, before its workspace is known",
    "flows/consumers/origin.py": "finds a person's own memberships",
    "flows/management/commands/signin_link.py": "the operator of the installation",
    "flows/models/scoped.py": "defines it",
}


def test_rows_cannot_be_asked_for_without_a_workspace() -> None:
    with pytest.raises(Unscoped):
        Flow.objects.all()
    with pytest.raises(Unscoped):
        Flow.objects.filter(name="x")


def test_every_table_of_ours_belongs_to_a_workspace() -> None:
    tables = {model for model in apps.get_app_config("flows").get_models()}
    assert {model for model in tables if not issubclass(model, Owned)} == {Workspace}


def test_only_the_listed_files_look_across_workspaces() -> None:
    crossing, loose = set(), []
    for file in sorted((Path(settings.BASE_DIR) / "flows").rglob("*.py")):
        name = str(file.relative_to(settings.BASE_DIR))
        if "/tests/" in name or "/migrations/" in name:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            if node.attr in ("everywhere", "_base_manager", "_default_manager"):
                crossing.add(name)
            inner = node.value
            if isinstance(inner, ast.Attribute) and inner.attr == "objects" and node.attr not in ("of", "add"):
                owner = inner.value.id if isinstance(inner.value, ast.Name) else ""
                if owner not in ("Workspace", "User"):
                    loose.append(f"{name}:{node.lineno}")
    assert crossing <= set(MAY_CROSS)
    assert not loose
