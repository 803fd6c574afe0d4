from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from flows import commands


class Command(BaseCommand):
    help = "Makes a workspace, its owner, the first devices and the local worker's token, where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = commands.bootstrap(settings.WORKER_TOKEN_FILE)
        if options["verbosity"]:
            self.stdout.write(f"workspace {workspace.name} is ready; worker token: {settings.WORKER_TOKEN_FILE}")
