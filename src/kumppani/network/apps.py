from django.apps import AppConfig


class Network(AppConfig):
    name = "kumppani.network"

    def ready(self) -> None:
        from kumppani.network import followed

        followed.register()

        from kumppani.accounts.leaving import register_kept, register_parting, register_ties
        from kumppani.network.moderated import register
        from kumppani.network.ties import find_ties, kept_of, part

        register()
        register_ties(find_ties)
        register_parting(part)
        register_kept(kept_of)
