import resource

from django.apps import AppConfig


class Surveys(AppConfig):
    name = "kumppani.surveys"

    def ready(self) -> None:
        # A core dump would hold the answers that are in memory at that moment.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        from kumppani.surveys import receivers as _connected  # noqa: F401 (models are ready only now)
