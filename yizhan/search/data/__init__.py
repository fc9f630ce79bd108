"""Words that come with the product: what people say for what the office calls otherwise."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from yizhan.search.rules.synonyms import Synonyms, synonyms_on

_FILE = Path(__file__).parent / "synonyms.yaml"


@lru_cache(maxsize=4)
def packaged_synonyms(day: date) -> Synonyms:
    """Those that hold on that day."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return synonyms_on(day, content["synonyms"], content["idle"])
