from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from flows import commands
from flows.models import Membership


class Command(BaseCommand):
    help = "Prints a link that signs in once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", help="name of the person; by default the first owner")
        parser.add_argument("--origin", default="", help="e.g. https://suiro.example.com; by default this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        member = None
        if options["user"]:
            member = Membership.everywhere.filter(user__username=options["user"]).first()
            if member is None:
                raise CommandError(f"nobody is called {options['user']!r}")
        try:
            self.stdout.write(commands.new_signin_link(options["origin"], member))
        except LookupError as missing:
            raise CommandError(str(missing)) from missing
