from django.apps import AppConfig


class Design(AppConfig):
    name = "kumppani.design"
