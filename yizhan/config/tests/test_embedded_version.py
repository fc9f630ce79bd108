"""The database of the tests is the one that was asked for."""

import os
import re

import pytest
from django.db import connection

CHOSEN = os.environ.get("YIZHAN_TEST_POSTGRES", "")


@pytest.mark.skipif("YIZHAN_TEST_SERVER" in os.environ, reason="a server that runs already was asked for")
@pytest.mark.django_db
def test_the_server_has_the_version_of_the_chosen_programs_and_sorts_by_code_point():
    asked = re.search(r"/postgresql/(\d+)/", CHOSEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        assert cursor.fetchone() == (int(asked.group(1)) if asked else 18,)
        cursor.execute("SELECT array_agg(word ORDER BY word) FROM unnest(ARRAY['中', 'a', 'Z', 'é']) AS word")
        assert cursor.fetchone() == (["Z", "a", "é", "中"],)
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'")
        assert cursor.fetchone() == (0,)
