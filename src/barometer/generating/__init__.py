"""Made-up respondents: random ones that take every branch, and whole waves that meet exact margins.

The same questionnaire, recipe and seed always give the same answers, to the byte.
"""

from barometer.generating.branches import sheets_for_every_branch
from barometer.generating.chance import generate, generate_sheets
from barometer.generating.margins import generate_from_recipe
from barometer.generating.recipe import Recipe, read_recipe

__all__ = [
    "Recipe",
    "generate",
    "generate_from_recipe",
    "generate_sheets",
    "read_recipe",
    "sheets_for_every_branch",
]
