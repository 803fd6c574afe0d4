"""What is secret goes in and does not come out."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from flows import commands, downlink
from flows.model_access import model_access
from flows.models import Destination, Membership
from flows.sealing import CannotOpen, seal, unseal
from flows.tests.conftest import Api, document

ADDRESS = "https://hooks.slack.com/services/T0/B0/very-secret"


def test_a_sealed_text_opens_only_for_its_purpose() -> None:
    sealed = seal("water", "destination:1:slack")
    assert unseal(sealed, "destination:1:slack") == "water"
    for purpose in ("destination:2:slack", "destination:1:email", ""):
        with pytest.raises(CannotOpen):
            unseal(sealed, purpose)


def test_an_address_is_kept_sealed_and_shown_nowhere(api: Api, member: Membership) -> None:
    body = {"service": "slack", "label": {"en": "ops"}, "address": ADDRESS}
    assert api("PUT", "/api/destinations/ops", body).json()["has_address"] is True
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_address FROM flows_destination WHERE ref = 'ops'")
        assert "secret" not in cursor.fetchone()[0]
    member.user.is_staff = member.user.is_superuser = True
    member.user.save()
    row = Destination.objects.of(member.workspace).get(ref="ops")
    for path in ("/api/destinations", "/api/registry", "/api/registry/export", "/destinations/",
                 f"/admin/flows/destination/{row.id}/change/"):  # fmt: skip
        text = api("GET", path).content.decode()
        assert "very-secret" not in text
        assert row.sealed_address not in text


def test_only_a_worker_that_runs_a_flow_with_it_gets_the_address(api: Api, member: Membership) -> None:
    api("PUT", "/api/destinations/ops", {"service": "slack", "address": ADDRESS})
    nodes = document()["nodes"][:3]
    nodes[2]["params"]["to"] = "ops"
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 200
    message = downlink.deploy_message(commands.flow_of(member, flow["id"]))
    assert message is not None
    assert message["destinations"]["ops"]["address"] == ADDRESS
    assert set(message["destinations"]) == {"ops"}


def test_another_service_does_not_inherit_the_address(api: Api, member: Membership) -> None:
    api("PUT", "/api/destinations/ops", {"service": "slack", "address": ADDRESS})
    assert api("PUT", "/api/destinations/ops", {"service": "webhook"}).status_code == 422
    assert api("PUT", "/api/destinations/ops", {"service": "inbox"}).json()["has_address"] is True
    assert Destination.objects.of(member.workspace).get(ref="ops").sealed_address == ""


def test_a_broker_with_another_address_does_not_inherit_the_password(member: Membership) -> None:
    commands.connect_broker(member, embedded=False, url="mqtt://a.example", username="u", password="pw")
    assert downlink.broker_message(member.workspace)["password"] == "pw"
    commands.connect_broker(member, embedded=False, url="mqtt://a.example", username="v", password=None)
    assert downlink.broker_message(member.workspace)["password"] == "pw"
    commands.connect_broker(member, embedded=False, url="mqtt://evil.example", username="u", password=None)
    assert downlink.broker_message(member.workspace)["password"] is None


def test_a_model_at_another_address_does_not_inherit_the_key(member: Membership) -> None:
    row = commands.set_author_model(member, base_url="https://api.example/v1", model="m", key="sk-1")
    assert model_access(row)["key"] == "sk-1"
    row = commands.set_author_model(member, base_url="https://evil.example/v1", model="m", key=None)
    assert model_access(row)["key"] == ""


def test_the_keys_of_an_installation_are_its_owners_alone() -> None:
    home = Path(settings.SUIRO_HOME)
    assert not home.is_relative_to(settings.BASE_DIR)
    for name in ("secret.key", "fields.key"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
        assert len((home / name).read_text()) >= 48
    assert settings.SECRET_KEY != settings.FIELD_KEY


def test_the_workers_token_is_kept_as_a_hash(tmp_path: Path, db: None) -> None:
    file = tmp_path / "worker.token"
    commands.bootstrap(file)
    token = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM flows_worker")
        assert [row[0] for row in cursor.fetchall()] != [token]
    commands.bootstrap(file)
    assert file.read_text() == token
