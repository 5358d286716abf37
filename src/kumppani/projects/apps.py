from django.apps import AppConfig


class Projects(AppConfig):
    name = "kumppani.projects"

    def ready(self) -> None:
        from kumppani.accounts.leaving import register_kept, register_parting, register_ties
        from kumppani.projects import followed, leaving, moderated, ties

        followed.register()
        moderated.register()

        register_ties(ties.find_ties)
        register_kept(leaving.kept_of)
        register_parting(leaving.part)
