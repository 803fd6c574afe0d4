"""An incident says why, where the worker knows it."""

import pytest
from django.utils import translation

from flows.commands.incidents import recent_incidents
from flows.commands.workers import worker_status
from flows.incident_words import begun
from flows.models import Membership, Worker
from flows.tests.test_incidents import FINE, here, told  # noqa: F401
from flows.tests.test_sockets import running  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_destination_that_answers_with_a_no_is_not_said_to_be_silent(
    member: Membership,
    here: Worker,  # noqa: F811
    running: str,  # noqa: F811
) -> None:
    lost = {"id": "shift", "service": "slack", "state": "open", "detail": "HTTP 429", "waiting": 3, "on_disk": 0}
    worker_status(here, {**FINE, "destinations": [lost]})
    assert told(member) == ["The destination “shift” takes nothing now. What goes there waits: HTTP 429"]
    worker_status(here, {**FINE, "destinations": [{**lost, "detail": "HTTP 500 nope"}]})
    (row,) = recent_incidents(member.workspace)
    with translation.override("ja"):
        assert begun(row) == "送信先「shift」が受け付けません。送信を待たせています:HTTP 500 nope"
    assert len(told(member)) == 1
