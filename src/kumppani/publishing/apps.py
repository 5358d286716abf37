from django.apps import AppConfig


class Publishing(AppConfig):
    name = "kumppani.publishing"

    def ready(self) -> None:
        from kumppani.accounts.leaving import register_kept, register_parting
        from kumppani.publishing import followed, moderated
        from kumppani.publishing.own import kept_of, part

        followed.register()
        moderated.register()
        register_kept(kept_of)
        register_parting(part)
