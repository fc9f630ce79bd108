"""Items come into the catalogue once, in order, and never change afterwards."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from yizhan.catalogue import api
from yizhan.catalogue.models import ItemVersion
from yizhan.catalogue.testing import OLD_AGE_ALLOWANCE, OLD_AGE_ALLOWANCE_FILE
from yizhan.kernel.api import Actor, NotAllowed, subjects

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
FIRST = OLD_AGE_ALLOWANCE_FILE.read_text(encoding="utf-8")


def text_of(*, version=3, begins="2027-01-01", promise=10):
    text = FIRST.replace("version: 1", f"version: {version}", 1)
    text = text.replace("effective_from: 2026-01-01", f"effective_from: {begins}", 1)
    return text.replace("promise_days: 10", f"promise_days: {promise}", 1)


def load(*texts):
    return api.load_item_texts([(f"{at}.yaml", text) for at, text in enumerate(texts, start=1)], actor=api.LOADER)


class TestLoading:
    def test_the_packaged_items_are_there_and_load_again_without_change(self):
        report = api.load_items()

        assert report.loaded == ()
        assert {f"{OLD_AGE_ALLOWANCE}/1.yaml", f"{OLD_AGE_ALLOWANCE}/2.yaml"} <= set(report.unchanged)
        assert len({name.split("/")[0] for name in report.unchanged}) == 16

    def test_a_comment_may_change_a_word_may_not(self):
        assert load(FIRST + "\n# 一句说明\n").loaded == ()

        with pytest.raises(api.ItemVersionIsFixed) as caught:
            load(FIRST.replace("不收费", "不要钱").replace("按月到账", "每月到账"))
        assert "第 2 版" in caught.value.text

    def test_the_next_version_begins_later_and_the_old_one_stays(self):
        before = api.current_version(OLD_AGE_ALLOWANCE, TODAY)
        load(text_of(promise=5))

        assert api.current_version(OLD_AGE_ALLOWANCE, TODAY).item_version_id == before.item_version_id
        assert api.current_version(OLD_AGE_ALLOWANCE, date(2027, 1, 1)).version == 3
        assert api.limits_of(before.item_version_id).promise_days == 10
        assert [one.version for one in api.versions_of(OLD_AGE_ALLOWANCE)] == [1, 2, 3]

    @pytest.mark.parametrize("changes", [{"version": 4}, {"begins": "2026-07-01"}, {"begins": "2025-06-01"}])
    def test_versions_come_in_order(self, changes):
        with pytest.raises(api.ItemVersionOutOfOrder):
            load(text_of(**changes))

    def test_an_ended_item_is_not_offered(self):
        load(text_of().replace("effective_from: 2027-01-01", "effective_from: 2027-01-01\neffective_until: 2027-06-01"))

        assert OLD_AGE_ALLOWANCE in {one.code for one in api.items(date(2027, 5, 31))}
        assert OLD_AGE_ALLOWANCE not in {one.code for one in api.items(date(2027, 6, 1))}
        with pytest.raises(api.ItemNotFound):
            api.current_version(OLD_AGE_ALLOWANCE, date(2027, 6, 1))

    def test_nothing_is_kept_of_a_bad_batch(self):
        before = ItemVersion.objects.count()
        with pytest.raises(api.ItemFileRefused) as caught, transaction.atomic():
            load(text_of(), text_of(version=4, begins="2028-01-01").replace("promise_days", "promised_days"))

        assert ItemVersion.objects.count() == before
        assert "promised_days" in caught.value.text
        assert caught.value.problems[0].line > 1

    def test_only_the_machine_loads(self):
        with pytest.raises(NotAllowed):
            api.load_items(Actor(name="谁"))


class TestTheDatabase:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE catalogue_itemversion SET content = '{}'", "DELETE FROM catalogue_itemversion"],
    )
    def test_refuses_to_change_a_version(self, statement):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


class TestAsking:
    def test_one_version_answers_everything_by_its_id(self):
        version = api.current_version(OLD_AGE_ALLOWANCE, TODAY)
        key = version.item_version_id

        assert api.item_version(key) == version
        assert "born_on" in api.attributes_needed(key)
        assert api.personal_fields(key) == {"card_number", "agent_name", "agent_phone", "contact_phone"}
        assert subjects.titles([version.subject]) == {version.subject: "高龄津贴"}
        assert subjects.urls([version.subject]) == {version.subject: "/items/old_age_allowance/"}

    def test_an_unknown_version_is_not_found(self):
        with pytest.raises(api.ItemNotFound):
            api.limits_of("01890000-0000-7000-8000-000000000000")

    def test_errors_are_said_in_the_words_of_the_desk(self):
        version = api.current_version(OLD_AGE_ALLOWANCE, TODAY)

        view = api.validate_answers(version.item_version_id, {"card_number": "6217"}, {"filed_by": "self"}, on=TODAY)

        said = {error.field: error.message for error in view.errors}
        assert said["bank"] == "请填开户银行"
        assert "少了 15 位" in said["card_number"]
        with pytest.raises(api.AnswersRefused):
            api.require_answers(version.item_version_id, {}, on=TODAY)

    def test_a_list_costs_the_same_for_one_and_many(self, django_assert_max_num_queries):
        api.items(TODAY)
        with django_assert_max_num_queries(1):
            api.items(TODAY)
