"""Configuration. `base` is the production site; `demonstration` and `test` change as little of it as they can."""
