"""Pages of texts: `reading` for everybody, `writing` and `reviewing` for those who make them."""
