"""Pictures of floors and sites, and where the devices of a dashboard stand on them."""

from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned


class SitePlan(Owned):
    """A plan of a floor or a site. `data` is the picture as runtime/pictures.py wrote it, `width` and `height` are its
    pixels. `points` ties it to the earth: two times {"x", "y", "lat", "lon"}, x and y as parts of the picture (0 to 1, from
    the top left), or nothing."""

    name = models.CharField(max_length=80)
    data = models.BinaryField()
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    points = models.JSONField(default=list)

    class Meta(Owned.Meta):
        ordering = ["name", "created"]


class DashboardPlan(Owned):
    """The plan beneath the map of a dashboard (null: a plain grid). `places`: by plan and device, [x, y] as parts of the
    picture; those of plans that were chosen before are kept."""

    flow = models.OneToOneField(Flow, on_delete=models.CASCADE, related_name="dashboard_plan")
    plan = models.ForeignKey(SitePlan, null=True, on_delete=models.SET_NULL, related_name="dashboards")
    places = models.JSONField(default=dict)

    class Meta(Owned.Meta):
        pass
