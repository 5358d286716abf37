from django.apps import AppConfig


class Events(AppConfig):
    name = "kumppani.events"

    def ready(self) -> None:
        from kumppani.accounts.leaving import register_kept, register_parting
        from kumppani.events import followed, leaving, moderated

        followed.register()
        moderated.register()
        register_kept(leaving.kept_of)
        register_parting(leaving.part)
