"""The language is read, checked and answered as written, and nothing but its own error ever leaves it."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.expression import (
    FUNCTIONS,
    MAX_LENGTH,
    ExpressionError,
    Kind,
    Scope,
    Vocabulary,
    evaluate,
    full_months,
    full_years,
    plus_months,
    read_expression,
)

WORDS = Vocabulary(
    names={
        "born_on": Kind.DATE,
        "hukou_division": Kind.TEXT,
        "alive": Kind.BOOLEAN,
        "married": Kind.BOOLEAN,
        "income": Kind.NUMBER,
        "persons": Kind.NUMBER,
        "receives.old_age_allowance": Kind.BOOLEAN,
        "p.old_age_from": Kind.NUMBER,
        "a.filed_by": Kind.TEXT,
        **dict.fromkeys(("x", "y", "z"), Kind.BOOLEAN),
    }
)
TODAY = date(2026, 11, 24)


def answer(text, on=TODAY, **values):
    dotted = {name.replace("__", "."): value for name, value in values.items()}
    return evaluate(read_expression(text, WORDS), Scope(on=on, values=dotted))


def fault_of(text, values):
    """The language's own error; any other flies and fails the test."""
    try:
        evaluate(read_expression(text, WORDS), Scope(on=TODAY, values=values))
    except ExpressionError as error:
        return error
    return None


PIECES = ["and", "or", "not", "in", "(", ")", ",", "==", "<", ">=", "+", "-", "*", "/", "age", "on", "alive", "p."]
PIECES += ["80", '"4501"', "2026-03-01", "2026-13-01", "hukou_in", "born_on", "income", "persons", "true", "x"]
PIECES += ["\x00", "𠮷", "."]


class TestReading:
    @pytest.mark.parametrize(
        ("text", "position", "words"),
        [
            ("", 1, "没有写完"),
            ("alive and", 10, "没有写完"),
            ("alive alive", 7, "不该有"),
            ("(alive", 7, "少了"),
            ("alive & married", 7, "看不懂"),
            ("agee(on) >= 80", 1, "是不是“age”"),
            ("age(on) >= 80 and alife", 19, "是不是“alive”"),
            ("age() >= 80", 1, "要 1 个值"),
            ("age(on) >= 2026-02-30", 12, "没有 2026-02-30 这一天"),
            ("age(on)", 1, "要的是是或否"),
            ("age(on) >= alive", 12, "要的是数"),
            ("not hukou_division", 5, "要的是是或否"),
            ("alive < married", 7, "不能比大小"),
            ("receives(hukou_division)", 1, "直接写出代码"),
            ("a.filed_by in ()", 17, "没有写可选的值"),
            ("income > 1234567890123", 10, "数太长"),
            ("__import__('os')", 12, "看不懂"),
            ("alive.__class__", 1, "不认识"),
            ("lambda: 1", 7, "看不懂"),
        ],
    )
    def test_says_what_is_wrong_and_where(self, text, position, words):
        with pytest.raises(ExpressionError) as caught:
            read_expression(text, WORDS)

        assert words in str(caught.value)
        assert caught.value.position == position

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 200 + "alive" + ")" * 200,
            "not " * 140 + "alive",
            "alive" + " " * MAX_LENGTH,
            "1" + "+1" * 100 + " == 2",
        ],
    )
    def test_bounds_length_and_depth(self, text):
        with pytest.raises(ExpressionError):
            read_expression(text, WORDS)

    def test_lists_the_names_it_looks_at(self):
        read = read_expression('age(on) >= p.old_age_from and not receives("old_age_allowance")', WORDS)

        assert read.names == ("born_on", "p.old_age_from", "receives.old_age_allowance")

    @settings(max_examples=600, deadline=None)
    @given(st.text(max_size=120) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
    def test_raises_nothing_but_its_own_error(self, text):
        values = {"income": Decimal(3), "persons": 0, "born_on": date(1946, 3, 2)}

        error = fault_of(text, values)

        assert error is None or 1 <= error.position <= len(text) + 1

    @settings(max_examples=200, deadline=None)
    @given(st.dictionaries(st.sampled_from(list(WORDS.names)), st.booleans() | st.integers() | st.text(max_size=5)))
    def test_values_of_the_wrong_kind_are_its_own_error(self, values):
        text = 'age(on) >= p.old_age_from and hukou_in("4501") and income / persons < 3 and alive or not x'
        error = fault_of(text, values)

        assert error is None or error.message


class TestAnswers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("age(on) >= 80", True),
            ("age(2026-03-01) >= 80", False),
            ("age(2026-03-02) == 80", True),
            ('hukou_in("4501")', True),
            ('hukou_in("450107")', False),
            ('a.filed_by in ("self", "agent")', True),
            ('a.filed_by == "self"', False),
            ("income - 200 * persons <= 2 * 1.5", True),
            ("born_on < 1946-03-03 and on > 2026-01-01", True),
            ("months_between(2024-01-31, 2024-02-29) == 0", True),
            ("days_between(born_on, 1946-03-12) == 10", True),
            ("not alive or married", None),
            ("not alive and married", False),
            ("married == true", None),
            ("income / (persons - persons) < 1", None),
        ],
    )
    def test_answers_as_written(self, text, expected):
        values = {"born_on": date(1946, 3, 2), "hukou_division": "450103001005", "a.filed_by": "agent"}
        values |= {"income": 1003, "persons": 5, "alive": True}

        assert evaluate(read_expression(text, WORDS), Scope(on=TODAY, values=values)).value is expected

    def test_says_what_is_missing_only_where_it_matters(self):
        assert answer("alive and married", alive=True).missing == {"married"}
        assert answer("alive and married", alive=False).missing == frozenset()
        assert answer("alive or married", alive=True).missing == frozenset()

    def test_a_share_of_nobody_is_not_known_for_want_of_a_number(self):
        found = answer("income / persons < 100", income=500, persons=0)

        assert (found.value, found.missing) == (None, {"income", "persons"})

    @pytest.mark.parametrize("born", [date(1948, 2, 29), date(1946, 3, 2), date(1946, 12, 31)])
    def test_full_years_agree_with_counting_birthdays(self, born):
        for offset in range(0, 3000, 7):
            on = date(2020, 1, 1) + timedelta(days=offset)
            birthdays = [birthday(born, year) for year in range(born.year + 1, on.year + 1)]
            assert full_years(born, on) == sum(day <= on for day in birthdays)

    def test_every_function_refuses_strange_values_with_its_own_error(self):
        for name, function in FUNCTIONS.items():
            arguments = {Kind.DATE: "on", Kind.TEXT: '"old_age_allowance"', Kind.NUMBER: "1"}
            text = f"{name}({', '.join(arguments.get(kind, 'strange') for kind in function.arguments)})"
            compared = {Kind.BOOLEAN: text, Kind.DATE: f"{text} > on"}.get(function.result, f"{text} > 1")
            error = fault_of(compared, {})
            assert error is None or "不认识" in error.message.zh


def birthday(born, year):
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


# ── Kleene's logic against a slow oracle: true of all completions, false of all, else not known ──

FORMULAS = st.recursive(
    st.sampled_from(["x", "y", "z", "true", "false"]),
    lambda inner: st.one_of(
        inner.map(lambda a: ("not", a)),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=8,
)


def written(formula):
    match formula:
        case ("not", inner):
            return f"not ({written(inner)})"
        case (operator, left, right):
            return f"({written(left)}) {operator} ({written(right)})"
        case _:
            return formula


def truth_table(formula, values):
    """Strong Kleene by numbers: false 0, not known 1, true 2; and is the least, or the greatest, not is 2 - v."""
    match formula:
        case ("not", inner):
            return 2 - truth_table(inner, values)
        case ("and", left, right):
            return min(truth_table(left, values), truth_table(right, values))
        case ("or", left, right):
            return max(truth_table(left, values), truth_table(right, values))
        case "true" | "false":
            return 2 if formula == "true" else 0
        case _:
            return {None: 1, True: 2, False: 0}[values[formula]]


class TestThreeValues:
    @settings(max_examples=500, deadline=None)
    @given(FORMULAS)
    def test_agrees_with_the_numbers_of_kleene(self, formula):
        read = read_expression(written(formula), WORDS)
        for x, y, z in itertools.product((True, False, None), repeat=3):
            values = {"x": x, "y": y, "z": z}
            expected = {0: False, 1: None, 2: True}[truth_table(formula, values)]
            assert evaluate(read, Scope(on=TODAY, values=values)).value is expected

    @settings(max_examples=300, deadline=None)
    @given(FORMULAS, st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in "xyz"}))
    def test_what_is_learnt_later_never_overturns_an_answer(self, formula, values):
        read = read_expression(written(formula), WORDS)
        before = evaluate(read, Scope(on=TODAY, values=values)).value
        for guess in itertools.product((True, False), repeat=3):
            known = {n: g if values[n] is None else values[n] for n, g in zip("xyz", guess, strict=True)}
            after = evaluate(read, Scope(on=TODAY, values=known)).value
            assert after is not None
            assert before is None or before is after


# ── lists: of the members of a household, sets of the city ──

LIST_WORDS = Vocabulary(
    names={
        "incomes": Kind.NUMBERS,
        "disabled": Kind.BOOLEANS,
        "births": Kind.DATES,
        "kinds": Kind.TEXTS,
        "kind": Kind.TEXT,
        "begun": Kind.DATE,
        "p.kinds": Kind.TEXTS,
        "p.line": Kind.NUMBER,
    }
)


def listed(text, **values):
    known = {name.replace("p_", "p."): value for name, value in values.items()}
    return evaluate(read_expression(text, LIST_WORDS), Scope(on=TODAY, values=known))


class TestLists:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("sum(incomes) / count(incomes) < 1000", True),
            ("sum(incomes) / count(incomes) < 999", False),
            ("count(births) == 2", True),
            ("smallest(incomes) == 499 and largest(incomes) == 1499", True),
            ("youngest(births, on) == 1 and oldest(births, on) == 80", True),
            ("any(disabled) and not all(disabled)", True),
            ('"b" in kinds', True),
            ('kind in ("x", "c")', False),
            ("kind in p.kinds", None),
            ('kind in ("a", "z")', True),
            ("overlaps(kinds, kinds)", True),
            ("plus_days(begun, 10) == 2026-11-11", True),
            ("plus_months(2026-08-31, 6) == 2027-03-01", True),
            ("years_between(2006-11-24, on) == 20", True),
            ("plus_months(begun, 0.5) > on", None),
            ("plus_days(begun, 999999999999) > on", None),
            ("kind in kinds or p.line > 1", True),
        ],
    )
    def test_answers_as_written(self, text, expected):
        values = {"incomes": (499, 1499, 999), "disabled": (True, False), "kinds": ("a", "b")}
        values |= {"births": (date(1946, 3, 2), date(2025, 11, 24)), "kind": "a", "begun": date(2026, 11, 1)}

        assert listed(text, **values).value is expected

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("incomes > 1", "一列值"),
            ("kind in incomes", "要的是文字"),
            ("sum(kinds) > 1", "要的是一列数"),
            ("count(kind) > 1", "要的是一列值"),
            ("any(incomes)", "一列是或否"),
            ("kinds == kinds", "一列值"),
        ],
    )
    def test_lists_are_not_taken_for_values(self, text, words):
        with pytest.raises(ExpressionError) as caught:
            read_expression(text, LIST_WORDS)
        assert words in str(caught.value)

    def test_nobody_has_nothing(self):
        assert listed("sum(incomes) == 0", incomes=()).value is True
        assert listed("smallest(incomes) > 0", incomes=()).value is None
        assert listed("sum(incomes) / count(incomes) < 1", incomes=()).value is None
        assert listed("all(disabled)", disabled=()).value is True

    def test_a_member_of_whom_nothing_is_known_is_named_as_missing(self):
        found = listed("sum(incomes) < p.line", incomes=(1, None), p_line=10)

        assert (found.value, found.missing) == (None, {"incomes"})

    @settings(max_examples=400, deadline=None)
    @given(
        st.sampled_from(
            [
                "sum(incomes) < 5",
                "largest(incomes) > 3 or any(disabled)",
                "all(disabled) and smallest(incomes) >= 1",
                "kind in p.kinds",
                "overlaps(kinds, p.kinds) and not any(disabled)",
                "count(incomes) > 1 and sum(incomes) / count(incomes) < 2",
                "youngest(births, on) < 18 or kind in kinds",
            ]
        ),
        st.fixed_dictionaries(
            {
                "incomes": st.lists(st.none() | st.integers(0, 5), max_size=4),
                "disabled": st.lists(st.none() | st.booleans(), max_size=4),
                "births": st.lists(st.none() | st.dates(date(1930, 1, 1), date(2026, 1, 1)), max_size=3),
                "kinds": st.lists(st.none() | st.sampled_from("abc"), max_size=3),
                "p_kinds": st.lists(st.none() | st.sampled_from("abc"), max_size=3),
                "kind": st.none() | st.sampled_from("abc"),
            }
        ),
        st.data(),
    )
    def test_what_is_learnt_of_a_member_never_overturns_an_answer(self, text, values, data):
        before = listed(text, **{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})
        guesses = {
            "incomes": st.integers(0, 5),
            "disabled": st.booleans(),
            "births": st.dates(date(1930, 1, 1), date(2026, 1, 1)),
        }
        learnt = {}
        for name, value in values.items():
            guess = guesses.get(name, st.sampled_from("abc"))
            fill = [data.draw(guess) if one is None else one for one in (value if isinstance(value, list) else [value])]
            learnt[name] = tuple(fill) if isinstance(value, list) else fill[0]
        after = listed(text, **learnt)
        assert before.value is None or before.value is after.value
        assert before.value is not None or before.missing

    @settings(max_examples=200, deadline=None)
    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
    def test_months_on_are_the_first_day_on_which_so_many_months_are_full(self, start, months):
        day = plus_months(start, months)

        assert full_months(start, day) == months
        assert full_months(start, day - timedelta(days=1)) < months or months == 0
