"""Languages that rows and columns of scores are split by: spoken ones, their codes, programming languages; and the ways
from one language, or one kind of medium, to another.
"""

from __future__ import annotations

import re

_WRITTEN = (
    "english chinese german french spanish italian portuguese dutch russian japanese korean arabic hindi thai "
    "vietnamese indonesian turkish polish czech ukrainian greek hebrew swedish danish norwegian finnish "
    "hungarian romanian bulgarian croatian serbian slovak slovenian bengali urdu tamil telugu marathi gujarati "
    "kannada malayalam punjabi swahili yoruba zulu hausa igbo amharic somali persian farsi filipino tagalog "
    "malay burmese khmer lao nepali sinhala mongolian kazakh uzbek azerbaijani georgian armenian estonian "
    "latvian lithuanian icelandic irish welsh basque catalan galician afrikaans albanian macedonian bosnian "
    "maltese javanese sundanese cebuano cantonese tibetan uyghur latin en zh de fr es it pt nl ru ja jp ko ar "
    "hi th vi id tr pl cs uk el he sv da no fi hu ro bg hr sr sk sl bn ur ta te mr gu kn ml pa sw yo zu ha ig "
    "am so fa tl ms my km ne si mn kk uz az ka hy et lv lt is ga cy eu ca gl af sq cn kr python java "
    "javascript typescript c++ cpp c# csharp go golang rust ruby php perl kotlin scala swift r bash shell "
    "julia lua haskell sql racket ts js rs 英语 中文 法语 德语 西班牙语 日语 韩语 俄语 阿拉伯语 英文"
)
LANGUAGES = frozenset(_WRITTEN.split())
_PAIR = re.compile(r"([A-Za-z]{2,3})\s?(?:-|→|->|–|_|2|↔|⇄|to)\s?([A-Za-z]{2,3})")


def is_language_pair(words: str) -> bool:
    pair = _PAIR.fullmatch(words)
    return pair is not None and pair[1].casefold() in LANGUAGES | {"xx"} and pair[2].casefold() in LANGUAGES | {"xx"}


_MEDIA = r"(?:text|image|video|audio|speech|code|sketch)"
_MEDIA_PAIR = re.compile(rf"{_MEDIA}s?\s?(?:-\s?to\s?-|→|->|2|\sto\s|-)\s?{_MEDIA}s?(?:\sretrieval)?", re.IGNORECASE)


def is_media_pair(words: str) -> bool:
    """Whether words say from what to what was searched or converted ("Text2Image", "image-to-text")."""
    return _MEDIA_PAIR.fullmatch(words) is not None
