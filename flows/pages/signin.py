"""Coming in and going out."""

import hashlib

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from flows import commands, live
from flows.access import member_of

MOST_GUESSES, GUESS_SECONDS = 100, 900
"""Tries with one name in that time. django-axes counts those of one address, which is fewer."""
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class NameAndPassword(forms.Form):
    name = forms.CharField(max_length=150, strip=True)
    password = forms.CharField(strip=False, max_length=256)
    again = forms.CharField(strip=False, max_length=256)

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if User.objects.filter(username=name).exclude(pk=self.user.pk).exists():
            raise ValidationError(_("Somebody else has this name."))
        return name

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean(self) -> None:
        if self.cleaned_data.get("password") and self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", _("The two passwords differ."))


@never_cache
@sensitive_post_parameters("password")
def page(request: HttpRequest) -> HttpResponse:
    after = _after(request)
    if getattr(request, "member", None) is not None:
        return redirect(after)
    refused = False
    if request.method == "POST":
        if _guessed_too_often(request.POST.get("name", "")):
            return render(request, "signin/locked.html", status=429)
        name, password = request.POST.get("name", "")[:150], request.POST.get("password", "")[:256]
        user = authenticate(request, username=name, password=password)
        if user is not None:
            login(request, user)
            return redirect(after)
        refused = True
    return render(request, "signin/page.html", {"next": after, "refused": refused}, status=403 if refused else 200)


@never_cache
@require_GET
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link. The first time it leads to the page where the person sets a name and a password."""
    try:
        user = commands.use_signin_link(token)
    except commands.LinkSpent:
        return render(request, "signin/spent.html", status=410)
    login(request, user, backend=MODEL_BACKEND)
    return redirect("flows" if user.has_usable_password() else "welcome")


@never_cache
@sensitive_post_parameters("password", "again")
def welcome(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if member.user.has_usable_password():
        return redirect("flows")
    form = NameAndPassword(member.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = commands.set_name_and_password(member, form.cleaned_data["name"], form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Welcome. From now on you sign in with this name and password."))
        return redirect("flows")
    return render(request, "signin/welcome.html", {"form": form})


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    live.sign_off(member_of(request).user.pk)
    logout(request)
    return redirect("signin")


def _guessed_too_often(name: str) -> bool:
    """Whatever addresses the tries come from, or say they come from: a header may name any."""
    key = f"signin:{hashlib.sha256(name.strip().encode()).hexdigest()}"
    cache.add(key, 0, GUESS_SECONDS)
    try:
        return cache.incr(key) > MOST_GUESSES
    except ValueError:  # its time was over in this very moment
        return False


def _after(request: HttpRequest) -> str:
    wish = request.POST.get("next") or request.GET.get("next") or "/flows/"
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if safe else "/flows/"
