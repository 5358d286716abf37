from django.apps import AppConfig


class Website(AppConfig):
    name = "kumppani.website"
