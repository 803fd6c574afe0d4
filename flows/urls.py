"""Pages and sockets. Closed unless flows/access.py lists the name."""

from channels.auth import AuthMiddlewareStack
from django.urls import path, re_path

from flows.consumers import BrowserSocket, SharedSocket, WorkerSocket
from flows.pages import (
    connection,
    dashboard,
    destinations,
    devices,
    doors,
    flows,
    inbox,
    letters,
    local_models,
    looking,
    metrics,
    people,
    plans,
    preferences,
    signin,
    stations,
    tables,
    workers,
)

urlpatterns = [
    path("", flows.home, name="home"),
    path("flows/", flows.list_page, name="flows"),
    path("flows/<uuid:flow_id>/", flows.editor, name="flow"),
    path("flows/<uuid:flow_id>/dashboard/", dashboard.page, name="dashboard"),
    path("shared/<str:token>/", dashboard.shared, name="shared"),
    path("shared/<str:token>/data", dashboard.shared_data, name="shared-data"),
    path("shared/<str:token>/plan", dashboard.shared_plan, name="shared-plan"),
    path("shared/<str:token>/pictures/<str:device>/<str:field>", dashboard.shared_picture, name="shared-picture"),
    path("api/pictures/<str:device>/<str:field>", dashboard.picture, name="picture"),
    path("devices/", devices.list_page, name="devices"),
    path("plans/", plans.list_page, name="plans"),
    path("tables/", tables.list_page, name="tables"),
    path("tables/example.csv", tables.example, name="tables-example"),
    path("local-models/", local_models.list_page, name="local-models"),
    path("local-models/<str:ref>/", local_models.page, name="local-model"),
    path("worker/models/<str:sha256>/<int:number>", local_models.part, name="model-part"),
    path("destinations/", destinations.list_page, name="destinations"),
    path("destinations/<str:ref>/forget/", destinations.forget, name="destination-forget"),
    path("inbox/", inbox.list_page, name="inbox"),
    path("letters/", letters.list_page, name="letters"),
    path("pictures/<str:sha256>", looking.picture, name="kept-picture"),
    path("workers/", workers.list_page, name="workers"),
    path("workers/change/", stations.change, name="workers-change"),
    path("connection/", connection.page, name="connection"),
    path("settings/", preferences.page, name="settings"),
    path("settings/model/", preferences.model, name="settings-model"),
    path("settings/workspace/", preferences.workspace, name="settings-workspace"),
    path("settings/told/", preferences.told, name="settings-told"),
    path("settings/people/", people.change, name="settings-people"),
    path("settings/password/", preferences.password, name="settings-password"),
    path("language/", preferences.language, name="language"),
    path("signin/", signin.page, name="signin"),
    path("signin/<str:token>", signin.link, name="signin-link"),
    path("welcome/", signin.welcome, name="welcome"),
    path("signout/", signin.out, name="signout"),
    path("in/<uuid:workspace_id>/<str:secret>/", doors.webhook_in, name="webhook-in"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", doors.healthz, name="healthz"),
]

sockets = [
    re_path(r"^ws/live$", AuthMiddlewareStack(BrowserSocket.as_asgi())),
    re_path(r"^ws/shared/(?P<token>[A-Za-z0-9_-]{20,100})$", SharedSocket.as_asgi()),
    re_path(r"^ws/worker$", WorkerSocket.as_asgi()),
]
