from django.apps import AppConfig


class Network(AppConfig):
    name = "kumppani.network"

    def ready(self) -> None:
        from kumppani.network.moderated import register

        register()
