"""The respondent's pages: no account, no session, no JavaScript, one address, nothing kept but sealed rows."""
