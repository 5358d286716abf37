from django.apps import AppConfig


class History(AppConfig):
    name = "kumppani.history"

    def ready(self) -> None:
        from kumppani.history.retention import find_declarations

        find_declarations()
