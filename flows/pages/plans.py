"""Plans of floors and sites: which there are, what ties them to the earth, and where they are shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from flows.access import member_of
from flows.commands.plans import plans_of, uses_of_plans
from flows.plan_pictures import plan_json


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    uses = uses_of_plans(member)
    plans = [plan_json(plan, uses.get(plan.pk, [])) for plan in plans_of(member)]
    return render(request, "plans.html", {"plans": plans, "page_data": {"plans": plans}})
