from django.apps import AppConfig


class Projects(AppConfig):
    name = "kumppani.projects"

    def ready(self) -> None:
        from kumppani.accounts import leaving
        from kumppani.projects import leaving as ours

        leaving.register("workspaces", everything_about=ours.everything_about, forget=ours.forget)
