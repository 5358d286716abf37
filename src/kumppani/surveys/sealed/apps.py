from django.apps import AppConfig


class Sealed(AppConfig):
    name = "kumppani.surveys.sealed"
    label = "sealed"

    def ready(self) -> None:
        from kumppani.surveys.sealed import checks  # noqa: F401
