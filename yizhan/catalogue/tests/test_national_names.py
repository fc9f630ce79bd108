"""Every column of the national exchange has its field of an item, or the reason why it has none, in the README."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from yizhan.catalogue.rules import definition

NATIONAL = """
    catalog_code local_catalog_code task_code local_task_code task_handle_item task_name task_type task_state
    task_version use_level power_source by_law dept_code dept_name dept_type entrust_name server_type project_type
    handle_type
    accept_condition handle_flow special_procedure anticipate_day anticipate_type anticipate_explain promise_day
    promise_type promise_explain limit_scene_num is_fee fee_basis transact_addr transact_time link_way supervise_way
    link_addr is_single_login mobile_terminal_url app_is_single_login plan_effective_date plan_cancel_date row_guid
    data_source cd_operation cd_time cd_batch
    task_guid town_code town_name village_code village_name handle_area is_entry_center is_online online_handle_depth
    online_handle_url is_schedule is_service_terminals is_express is_pay_online limit_explain limit_scene_explain
    other_dept service_type result_type result_name result_guid user_topic_type corp_topic_type extend_field
    material_name material_type material_format is_need page_num page_format source_type source_explain fill_explain
    accept_stand by_law form_guid example_guid order_num remark
"""  # the tables general_basic, general_extend and material of the national exchange


@pytest.fixture
def rows():
    told = (Path(definition.__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    table = told.partition("## National names")[2]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines() if "|" in line]


def test_every_column_of_the_exchange_has_its_field_or_its_reason(rows):
    named = {name for _ours, theirs in rows for name in re.findall(r"[a-z_]+", theirs)}
    assert sorted(set(NATIONAL.split()) - named) == []
    assert sorted(named - set(NATIONAL.split())) == []


def test_every_field_that_is_named_is_one(rows):
    known = {one.name for thing in vars(definition).values() if is_dataclass(thing) for one in fields(thing)}
    named = {part for ours, _theirs in rows for path in re.findall(r"`([^`]+)`", ours) for part in path.split(".")}
    assert sorted({part.removesuffix("[]") for part in named if part} - known) == []
