"""The MQTT broker that the workspace reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from flows import commands
from flows.access import member_of
from flows.models import Worker
from flows.showing import worker_json


def page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.method == "POST":
        return _save(request)
    broker = commands.broker_of(member.workspace)
    workers = [worker_json(row) for row in Worker.objects.of(member.workspace)]
    context = {"broker": broker, "has_password": bool(broker.sealed_password), "workers": workers}
    return render(request, "connection.html", context)


def _save(request: HttpRequest) -> HttpResponse:
    given = request.POST
    try:
        commands.connect_broker(
            member_of(request),
            embedded=given.get("which") != "own",
            url=given.get("url", ""),
            username=given.get("username", ""),
            password=given.get("password", "") or None,
            ca=given.get("ca", ""),
        )
    except commands.BadBrokerAddress:
        messages.error(request, _("The address has to look like mqtt://host:1883 or mqtts://host:8883."))
    else:
        messages.success(request, _("Saved."))
    return redirect("connection")
