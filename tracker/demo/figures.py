"""The figures of the story: what was leaked on 22 July 2024, and what the official card said from 23 July on.

Facts taken over as numbers: the leak's rows were posted on r/LocalLLaMA, the card's are of Meta's Llama 3.1 model card.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One benchmark's scores, as written, in the order of its table's models; an empty string is no score."""

    benchmark: str
    scores: tuple[str, ...]
    shots: str = ""
    metric: str = ""
    cot: bool = False


LEAK_MODELS = ("GPT-4o", "Llama 3.1 405B", "Llama 3.1 70B", "Llama 3 70B", "Llama 3.1 8B", "Llama 3 8B")

LEAK: tuple[Row, ...] = (
    Row("BoolQ", (".905", ".921", ".909", ".892", ".871", ".82")),
    Row("GSM8K", (".942", ".968", ".948", ".833", ".844", ".572")),
    Row("HellaSwag", (".891", ".92", ".908", ".874", ".768", ".462")),
    Row("HumanEval", (".921", ".854", ".793", ".39", ".683", ".341")),
    Row("MMLU humanities", (".802", ".818", ".795", ".706", ".619", ".56")),
    Row("MMLU other", (".872", ".875", ".852", ".825", ".74", ".709")),
    Row("MMLU social sciences", (".913", ".898", ".878", ".872", ".761", ".741")),
    Row("MMLU STEM", (".696", ".831", ".771", ".696", ".595", ".561")),
    Row("Winogrande", (".822", ".867", ".845", ".776", ".65", ".56")),
)

MISTYPED = ("HumanEval", "Llama 3 70B", ".93", ".39")
"""Benchmark, model, the number as first posted, and as corrected by the edit."""

LEADS = ("GSM8K", "HellaSwag", "BoolQ", "MMLU humanities", "MMLU other", "MMLU STEM", "Winogrande")
TRAILS = ("HumanEval", "MMLU social sciences")
"""Where Llama 3.1 405B stands above, and below, GPT-4o in the leak."""

INSTRUCT_MODELS = ("Llama 3.1 8B Instruct", "Llama 3.1 70B Instruct", "Llama 3.1 405B Instruct")

INSTRUCT: tuple[Row, ...] = (
    Row("MMLU", ("69.4", "83.6", "87.3"), shots="5", metric="macro_avg/acc"),
    Row("MMLU", ("73.0", "86.0", "88.6"), shots="0", metric="macro_avg/acc", cot=True),
    Row("MMLU-Pro", ("48.3", "66.4", "73.3"), shots="5", metric="macro_avg/acc", cot=True),
    Row("ARC-C", ("83.4", "94.8", "96.9"), shots="0", metric="acc"),
    Row("GPQA", ("30.4", "41.7", "50.7"), shots="0", metric="em"),
    Row("HumanEval", ("72.6", "80.5", "89.0"), shots="0", metric="pass@1"),
    Row("GSM-8K", ("84.5", "95.1", "96.8"), shots="8", metric="em_maj1@1", cot=True),
    Row("MATH", ("51.9", "68.0", "73.8"), shots="0", metric="final_em", cot=True),
    Row("API-Bank", ("82.6", "90.0", "92.0"), shots="0", metric="acc"),
)

EDITED = ("GPQA", "Llama 3.1 70B Instruct", "41.7", "46.7")
"""Benchmark, model, the number that the card said until 24 September 2024, and the one that it says since."""

LEAVES = "API-Bank"
"""The row that leaves the demo's card for good (our own turn of the story)."""

BASE_MODELS = ("Llama 3 8B", "Llama 3.1 8B", "Llama 3 70B", "Llama 3.1 70B", "Llama 3.1 405B")

BASE: tuple[Row, ...] = (
    Row("MMLU", ("66.7", "66.7", "79.5", "79.3", "85.2"), shots="5", metric="macro_avg/acc_char"),
    Row("MMLU-Pro", ("36.2", "37.1", "55.0", "53.8", "61.6"), shots="5", metric="macro_avg/acc_char", cot=True),
    Row("AGIEval English", ("47.1", "47.8", "63.0", "64.6", "71.6"), shots="3-5", metric="average/acc_char"),
    Row("Winogrande", ("", "60.5", "", "83.3", "86.7"), shots="5", metric="acc_char"),
    Row("ARC-Challenge", ("79.4", "79.7", "93.1", "92.9", "96.1"), shots="25", metric="acc_char"),
    Row("BoolQ", ("75.7", "75.0", "79.0", "79.4", "80.0"), shots="0", metric="acc_char"),
)

COMMENT = (
    ("Mistral Large 2407", "GSM8K", "93.0"),
    ("Mistral Large 2407", "BoolQ", "88.1"),
    ("Gemma 2 27B", "GSM8K", "74.0"),
    ("Gemma 2 27B", "BoolQ", "84.8"),
)
"""Model, benchmark, score of a comment's own table. The comment and its numbers are invented for the story."""

JOKE = ("GPT-5", "MMLU", "99.9")
"""What a post claims that its author deletes in round 3; invented as well."""
