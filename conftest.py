"""Tests run on a real PostgreSQL, as the application's role: see yizhan/config/testing.py."""

pytest_plugins = ["yizhan.config.testing"]
