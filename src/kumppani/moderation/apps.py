from django.apps import AppConfig


class Moderation(AppConfig):
    name = "kumppani.moderation"

    def ready(self) -> None:
        from kumppani.accounts.leaving import register_kept
        from kumppani.moderation.own import kept_of

        register_kept(kept_of)
