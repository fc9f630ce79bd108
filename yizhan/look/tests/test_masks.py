from hypothesis import given
from hypothesis import strategies as st

from yizhan.look.api import mask_id_number, mask_name, mask_phone


class TestMasks:
    def test_identity_numbers_keep_place_and_tail(self):
        assert mask_id_number("450103194602290013") == "450103********0013"
        assert mask_id_number("450103460229001") == "450103*****9001"

    def test_phones_keep_head_and_tail(self):
        assert mask_phone("13900000000") == "139****0000"

    def test_names_keep_family_name_and_last_character(self):
        assert [mask_name(name) for name in ("韦桂英", "覃梅", "欧阳娜娜", "𠮷田守", "买买提·吐尔逊", "韦", "")] == [
            "韦*英",
            "覃*",
            "欧**娜",
            "𠮷*守",
            "买**逊",
            "*",
            "",
        ]

    @given(st.text(alphabet="0123456789X", min_size=1, max_size=30))
    def test_no_number_is_ever_shown_whole(self, number):
        for masked in (mask_id_number(number), mask_phone(number)):
            assert len(masked) == len(number)
            assert masked.count("*") >= min(3, len(number))

    @given(st.text(min_size=2, max_size=50).filter(lambda name: len(name.strip()) >= 2))
    def test_no_name_is_ever_shown_whole(self, name):
        assert "*" in mask_name(name)
        assert len(mask_name(name)) <= 4
