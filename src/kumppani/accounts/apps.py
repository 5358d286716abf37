from django.apps import AppConfig


class Accounts(AppConfig):
    name = "kumppani.accounts"

    def ready(self) -> None:
        from kumppani.accounts.leaving import register_ties
        from kumppani.accounts.ties import find_ties

        register_ties(find_ties)
