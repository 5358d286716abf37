from django.apps import AppConfig


class Following(AppConfig):
    name = "kumppani.following"

    def ready(self) -> None:
        from kumppani.following import own, places

        own.register()
        places.register()
