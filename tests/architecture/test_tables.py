"""What the database knows of other modules, and what the application may do to it."""

from contextlib import suppress
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection

from tests.architecture.houses import assert_none
from tools.walls import bands, tables
from yizhan.config.database import append_only_tables
from yizhan.config.embedded import APP

# What nobody may ever alter, whatever a module says about itself.
EVIDENCE = {"kernel_fact", "kernel_auditline", "kernel_auditseal", "kernel_auditsealmember"}


def test_foreign_keys_go_down_or_stay_inside() -> None:
    assert_none(tables.key_breaches(apps.get_models(include_auto_created=True), bands.height_of()))


def test_the_kernels_evidence_is_append_only() -> None:
    assert set(append_only_tables()) >= EVIDENCE


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    said = StringIO()
    with suppress(SystemExit):
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue() == "No changes detected\n", f"run `yizhan manage makemigrations`:\n{said.getvalue()}"


@pytest.mark.django_db
class TestRights:
    def test_the_application_may_not_alter_evidence(self) -> None:
        with connection.cursor() as cursor:
            assert_none(tables.evidence_rights(cursor, append_only_tables(), APP))

    def test_the_application_may_not_change_the_schema(self) -> None:
        with connection.cursor() as cursor:
            assert_none(tables.building_rights(cursor, APP))

    def test_tests_run_as_the_application(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (APP,)

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE mine (id int)",
            "ALTER TABLE kernel_auditline DISABLE TRIGGER ALL",
            "DROP TABLE kernel_fact",
            "TRUNCATE kernel_delivery",
            "UPDATE kernel_auditline SET action = action",
            "DELETE FROM kernel_fact",
        ],
    )
    def test_the_database_refuses(self, statement: str) -> None:
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute(statement)
