"""Make what the tests clone, so that no test has to wait for it: the migrated template and the sample city.

python tools/test_databases.py    on the server of YIZHAN_TEST_POSTGRES, else on the packaged one
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
os.environ.setdefault("YIZHAN_MODE", "demo")
os.environ.setdefault("YIZHAN_LOG_LEVEL", "WARNING")

import django

from yizhan.config.testing import TestServer, make_demo, make_template


def main() -> None:
    django.setup()
    from yizhan.look.testing import plain_static_files

    server = TestServer()
    server.start()
    with plain_static_files():
        make_demo(server, make_template(server))


if __name__ == "__main__":
    main()
