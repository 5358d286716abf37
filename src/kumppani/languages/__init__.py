"""The languages the site speaks: catalogues, the address of the same page in another language, texts in rows."""
