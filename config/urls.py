"""Every address of the product. Which of them are open to anybody stands in flows/access.py."""

from django.contrib import admin
from django.urls import include, path

from flows.api import api

urlpatterns = [
    path("api/", api.urls),
    path("admin/", admin.site.urls),
    path("", include("flows.urls")),
]

handler400 = "flows.pages.problems.bad_request"
handler403 = "flows.pages.problems.forbidden"
handler404 = "flows.pages.problems.not_found"
handler500 = "flows.pages.problems.failed"
