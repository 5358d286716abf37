from django.apps import AppConfig


class Mailing(AppConfig):
    name = "kumppani.mailing"
