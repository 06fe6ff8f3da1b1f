"""Words of table headers: what a column or row is about when it is no score.

A header is judged by its own words only after the names registry had its say: `Time` is a duration, `TimeQA` is not.
The lists are the ordinary vocabulary of model cards, leaderboards and posts, English and Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tracker.extraction.linear import LinearSearch


def _entries(*lines: str) -> frozenset[str]:
    return frozenset(entry.strip() for line in lines for entry in line.split(","))


_NO_SCORE = _entries(
    # place in a list, popularity
    "#, no, n, idx, index, id, rank, ranking, place, position, 排名, 序号, 名次, votes, vote, battles, matches, likes",
    "downloads, stars, ⭐, 🌟, popularity, count, counts, number, amount, quantity, total #, 数量, year, month, date, 日期",
    # what a model is
    "res, resolution, size, sizes, params, param, parameter, parameters, weights, active, activated, dense, experts, experts total",
    "activated experts, architecture, arch, vocab, vocabulary, layers, layer, heads, head, dim, dims, dimension, d model, ffn",
    "context, ctx, context length, context window, context size, window, max context, max len, max length, len, length",
    "modality, modalities, version, versions, 参数, 参数量, 模型大小, 大小, 上下文, 上下文长度, 架构",
    # what it costs
    "price, pricing, cost, costs, usd, input price, output price, input cost, output cost, api cost, 价格, 费用, quota",
    "speed, latency, throughput, tps, ttft, tok/s, t/s, time, runtime, duration, total time, avg time, overhead",
    "速度, 延迟, 耗时, 时间, 吞吐, memory, mem, vram, ram, gpu, gpus, cpu, device, devices, disk, storage, 显存, 内存",
    "bits, bit, bpw, bit width, wbits, group size, gsize, energy, power, watts, carbon, co2, co₂, flops, macs, gflops, tflops, compute",
    # how it was trained or run
    "tokens, token, tokens used, max tokens, total tokens, pp, tg, n kv, ngl, pl, b, bs, batch, training data, train, training",
    "training tokens, pretraining tokens, pretrain tokens, pre-training tokens, data, dataset size, train size, epochs, epoch",
    "steps, step, learning rate, lr, optimizer, warmup, seed, seeds, hyperparameter, temperature, temp, top p, top-p, top k, min p",
    "rpm, rpd, tpm, tpd, limit, limits, rate limit, requests, threads, backend",
    # how much was asked
    "samples, sample, examples, instances, questions, n questions, items, tasks, num tasks, problems, queries, prompts",
    "样本数, 题目数, output tokens, input tokens, avg tokens, average tokens, avg length, average length, response length",
    # spread, and comparison with something else
    "stderr, std err, std, std. err, std. dev, stddev, sd, se, σ, ±, +/-, ci, 95% ci, 95 ci, ci 95%, confidence interval",
    "confidence, uncertainty, margin of error, variance, cv, p-value, delta, Δ, δ, ∆, diff, diff., difference, gap, improvement",
    "improvements, gain, gains, change, changes, relative, relative change, uplift, drop, increase, decrease, speedup, speed-up",
    "compression, compression ratio, sparsity, ratio, recovery, retention, removed, overlap, dirty, contaminated",
    # what could be reached
    "full mark, full marks, full score, maximum score, max score, perfect score, total score possible, 满分",
)

_NO_SCORE_WITHIN = LinearSearch(
    r"""
    \#\s?(?:params|parameters|total|activated|active|tokens|layers|gpus|samples|examples|experts|heads)
    | ^(?:llm\ |vision\ |max\ )?param(?:s|eters?)?\b | \bparam(?:eter)?\ (?:count|size)\b | \bparams\s?\(
    | \b(?:total|activ\w+|trainable|non-?emb\w*|model|effective|learnable|learned|expert|tunable|added|of)\b\)?\s(?:\S+\s)?param(?:s|eters?)?\b
    | \b(?:model|file|disk|checkpoint|download|vocab(?:ulary)?|batch|group|step|chunk|training\ set|train(?:ing)?|cache|codebook)[\ -]size\b
    | \b(?:context|sequence|seq|max(?:imum)?|input|output|generation|summary|response|answer|claimed|effective|supported|native|trained)[\ _-]?(?:\w+\ )?(?:length|len|window)\b
    | \b(?:avg|average|mean|total|max|output|input|reasoning|thinking|completion|prompt)\.?\ (?:\w+\ )?(?:tokens|length|words|chars)\b
    | \btokens?\ (?:count|usage|budget|limit|used|output|consumed|generated)\b | \blength\ \(\w+\)
    | \b(?:train(?:ed|ing)?|pre-?train(?:ed|ing)?)\ (?:on\ )?(?:tokens|data|time|steps|hours|compute|cost|corpus|length|power|flops)\b
    | \bnumber\ of\b | ^num\.?\s | ^no\.\ of\b | ^\#\s?(?:of\ )?[a-z] | \bsample\ size\b
    | \btok(?:en)?s?\s?/\s?s(?:ec(?:ond)?)?\b | \bt/s\b | \btokens?\ per\ sec | \btps\b | \bttft\b | \btpot\b | \bqps\b | \brps\b | \bms\b | \bit/s\b
    | \b(?:inference|decode|decoding|prefill|generation|output|processing|eval(?:uation)?|first\ token|pp|tg|prompt|training|gen)\ ?
      (?:speed|latency|time|throughput|t/s)\b
    | \bthroughput\b | \blatency\b | \bspeed(?:\b|-?up) | \bruntime\b | \btime\ ?(?:\(|/|to\b|per\b|taken\b) | \bseconds\b | \(s(?:ec)?\)$ | \ss$ | \bminutes\b
    | \b(?:gpu|cpu|training|wall|compute)[\ -]?(?:clock|hours?|days?|time|memory|mem|usage)\b | \bhours?\b | \bdays\b
    | \bmemory\b | \bvram\b | \b(?:gb|gib|mb|mib|tb)\b | \bram\b | \bgpus?\b | \bpower\b | \bwatts?\b | \bcarbon\b | \bco2|tco2 | \benergy\b
    | \bprice\b | \bpricing\b | \bcosts?\b | [$€£¥] | \busd\b | \bper\ (?:1m|1k|million|mtok|month|call)\b
    | \brelease(?:d)?\ (?:date|time|year)\b | \b(?:knowledge|data)\ ?(?:data\ )?cut-?off\b | \bdate\b | ^rank(?:ing)?\b | \brank\ location\b
    | \b(?:votes?|games|battles|downloads?|likes|stars)\ ?(?:count|number|played)?$ | \bvs\.?\ (?:base|baseline|previous|prior|ours)\b
    | \b(?:improvement|degradation|reduction|speed-?up|slow-?down|overhead|uplift|difference)\b | ^[Δδ∆] | \(Δ\) | \bdelta\b
    | \b(?:relative|absolute|percent(?:age)?)\ (?:change|gain|increase|decrease)\b | \b(?:in|as)\ (?:a\ )?(?:percent(?:age)?|%|share)\ of\b | \bno[\ -]response\b
    | \bstd\.?\ ?(?:err|dev) | \bstderr\b | \bstandard\ (?:error|deviation)\b | \bconfidence\ interval\b | \b9[05]\s?%?\s?ci\b | \bci\ \(
    | \((?:in\ )?(?:min(?:ute)?s?|h(?:ou)?rs?|ms|tokens?|words|char(?:acter)?s?|usd)\) | \boverlap\b | \bcontaminat
    | ^tokens?\b | \btokens?\s?\( | \((?:in\ )?(?:billions?|millions?|trillions?|thousands?)\)
    | \bq(?:025|975)\b | \b(?:lower|upper)\ bound\b
    | \bsparsity\b | \bcompression\b | \btoken\ density\b | \bembedding\ dim | \b[kmgtp]?flops? | \bbpw\b | \bbits\ per\ weight\b | \bhidden\ (?:size|dim)
    | \b(?:attention|kv|query|num\.?|routed|shared)\ (?:heads|layers|experts)\b
    | \b(?:peak|minimum|min|max|recommended)\ (?:memory|vram|gpu|ram|usage)\b | \blearning\ rate\b | \bbatch\b | \bepochs?\b | \bwarm-?up\b
    | 参数量|显存|内存|速度|延迟|耗时|价格|上下文长度|训练数据|词表|排名|吞吐|样本数|差异|差距|提升|增益
    | 速さ|メモリ|価格|学習データ|順位|パラメータ数|속도|지연|메모리|가격|순위|파라미터\ ?수
    """
)

_ATTRIBUTE = _entries(
    "license, licence, licenses, open, open source, open-source, open weights, open?, access, availability, 开源/闭源, 开源, 许可",
    "org, orgs, organization, organisation, company, companies, creator, creators, developer, developers, provider, vendor, owner",
    "author, authors, affiliation, affiliations, institute, institution, lab, team, submitter, maintainer, 机构, 单位, 公司, 作者",
    "link, links, url, urls, paper, papers, paper link, code, repo, repository, github, github repo, project page, homepage, website",
    "blog, demo, online demo, checkpoint, checkpoints, download, hf, huggingface, hugging face, 🤗, modelscope, openxlab, source, sources",
    "report, model card, model link, weights link, config, file, trajectories, logs, 链接, 下载, 论文, 代码, 来源, transformers",
    "note, notes, comment, comments, remark, remarks, description, details, info, information, 备注, 说明, 描述, status, verified",
    "backbone, base model, base, vision encoder, vision tower, language model, llm, base llm, llm backbone, encoder, decoder, architecture, arch, type, training data, release date, date",
    "parameter, default, required, values, example, component, spec, requirement, dtype, format, quant method, updated, last updated",
)

_GENERIC_SCORE = _entries(
    "score, scores, value, values, result, results, performance, accuracy, acc, metric, metric value, percentage, f1, em, reported",
    "our result, our results, eval score, test score, final score, rating, elo, elo rating, win rate, winrate, pass rate, success rate, correct",
    "得分, 分数, 成绩, 结果, 准确率, 正确率, 分值",
)
_VAGUE_SCORE = _entries(
    "score, scores, value, values, result, results, performance, metric, metric value, percentage, reported, rating, correct",
    "our result, our results, final score, 得分, 分数, 成绩, 结果, 分值",
)
_AVERAGE = re.compile(
    r"(?:(?:macro|micro|overall|total|global|grand|weighted|normali[sz]ed|arithmetic|final|mean|aggregate[d]?|average|avg\.?)[\s\-_]*)?"
    r"(?:avg|average|averaged|averages|mean|overall|total|all|aggregate|总分|总体|平均|平均分|平均值|均值|综合|总平均|平均値|総合|평균|종합)"
    r"(?:[\s\-_.]*(?:score|scores|acc|accuracy|performance|result|results|perf|score \(%\)|en|zh|分|值))?[\s.]*",
    re.IGNORECASE,
)

_HEADS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "model": r"(?:llm|lm|vlm|lvlm|the|all)?\s?models?(?:\s?(?:name|id|s|/.{1,24}|\(.{1,24}\)))?|模型|模型名称|模型名|モデル名?|모델명?|llms?",
        "method": r"methods?|approach(?:es)?|agents?|systems?|names?|engine|candidate|variants?|方法",
        "benchmark": r"(?:benchmarks?|datasets?|data sets?|tasks?|evals?|evaluations?|tests?|test ?sets?|评测|测评|基准|数据集|评测集|测试集|任务)"
        r"(?:\s?(?:names?|s|\(.{1,30}\)|/\s?\w{1,12}))?(?:\s(?:benchmarks?|datasets?|metrics?|names?|categor(?:y|ies)))?",
        "category": r"(?:capabilit(?:y|ies)|categor(?:y|ies)|domains?|types?|areas?|topics?|fields?|abilit(?:y|ies)|groups?|tracks?|"
        r"dimensions?|skills?|aspects?|sections?|suites?|类别|领域|能力|类型|维度|分类|学科)(?:\s\w{1,12})?",
        "subset": r"(?:languages?|lang\.?|subsets?|sub-sets?|splits?|sub-?tasks?|subjects?|levels?|difficulty|语言|子集)",
        "shots": r"(?:#|no\.|n|num(?:ber)?(?: of)?|k)[\s\-]*(?:few[\s\-]?)?shots?|shots?|few[\s\-]?shots|num fewshot|fewshot|样本数|示例数",
        "metric": r"(?:evaluation |eval )?(?:metrics?|measures?|scorer)(?:\s?\(.{1,20}\))?|指标|评价指标|评测指标",
        "setting": r"(?:settings?|prompt(?:ing|s)?|prompt template|template|mode|modes|thinking|reasoning|reasoning effort|thinking budget|effort|"
        r"harness|scaffold|framework|agent framework|config|configuration|strategy|decoding|sampling|tools?|tool use|protocol|setup|filter|"
        r"设置|模式|方式)",
        "quantisation": r"quant(?:i[sz]ation)?s?(?: type| level| scheme)?|precision|量化|精度",
        "cot": r"(?:cot|chain[\s\-]of[\s\-]thought)\??",
        "size": r"(?:#|model )?\s?(?:params?|parameters?|sizes?|scale)(?:\s?\(b\))?|参数量|大小|规模",
    }.items()
}

EVALUATION = re.compile(
    r"benchmark|evaluat|\beval\b|\bscores?\b|accurac|leaderboard|\bresults?\b|performance|outperform|(?:zero|few|\d)-shot|capabilit|\bmetrics?\b"
    r"|评测|评估|测评|效果|性能|榜单|能力|評価|ベンチマーク|평가|벤치마크|성능",
    re.IGNORECASE,
)
HEADLINE = re.compile(
    r"evaluat|\beval\b|accurac|leaderboard|\bscores?\b|capabilit|human preference|subjective|评测|评估|测评|榜单|評価|평가",
    re.IGNORECASE,
)
"""Words of a headline that scores alone stand under; speeds, too, are called performance and benchmarks."""
NOT_EVALUATION = re.compile(
    r"latency|through?put|tokens?\s?/\s?s|tokens? per sec|\bt/s\b|\btok/s\b|(?:inference|generation) (?:speed|time|performance|efficiency)"
    r"|\bspeed\b|\bmemory\b|\bvram\b|gpu hours|training time|\bpric(?:e|ing)|\bcosts?\b|hardware|requirements?|hyper-?parameters"
    r"|显存|速度|推理性能|吞吐|硬件|メモリ|속도|메모리",
    re.IGNORECASE,
)

_PRESENTATION = re.compile(r"[↑↓▲▼⬆⬇🔺🔻📈📉\ufe0f]|\((?:%|％|↑|↓)\)|[%％]$")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=16384)
def fold_header(text: str) -> str:
    """A header's words for look-up: NFKC, case folded, arrows, percent signs and marks off, one space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _PRESENTATION.sub(" ", folded).replace("*", " ").replace("†", " ").replace("_", " ")
    return _SPACES.sub(" ", folded).strip(" :：.")


@lru_cache(maxsize=16384)
def is_no_score(header: str) -> bool:
    """Whether numbers under this header are sizes, prices, speeds, ranks, spreads …, never scores."""
    words = fold_header(header)
    return words in _NO_SCORE or _NO_SCORE_WITHIN(words)


_SPREAD = re.compile(
    r"(?:std|stderr|std\.? ?(?:err|dev)\.?|se|sd|σ|standard (?:error|deviation)|±|\+/-)(?:\s?\(.{0,12}\))?|(?:95|90)\s?% ?ci(?:\s?\(±\))?",
    re.IGNORECASE,
)


def is_spread(header: str) -> bool:
    """Whether the numbers under this header are the uncertainties of the column before."""
    return _SPREAD.fullmatch(fold_header(header)) is not None


def is_attribute(header: str) -> bool:
    """Whether words under this header say something about a model (its licence, maker, link), and do not name it."""
    return fold_header(header) in _ATTRIBUTE


def is_generic_score(header: str) -> bool:
    """Whether the header only says that scores stand here ("Score", "Accuracy", "Result")."""
    return fold_header(header) in _GENERIC_SCORE


def is_vague_score(header: str) -> bool:
    """Whether the header says "score" and no more: prices and speeds, too, have values and results."""
    return fold_header(header) in _VAGUE_SCORE


def is_average(header: str) -> bool:
    return _AVERAGE.fullmatch(fold_header(header)) is not None


@lru_cache(maxsize=16384)
def head_of(header: str) -> str:
    """What a column says its entries are: `model`, `benchmark`, `category`, `shots` …, or nothing ("")."""
    words = fold_header(header)
    return next((name for name, pattern in _HEADS.items() if pattern.fullmatch(words)), "") if words else ""
