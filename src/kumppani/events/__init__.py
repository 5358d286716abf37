"""Events, trainings and webinars: a calendar, and registration without an account."""
