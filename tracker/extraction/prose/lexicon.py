"""Closed classes of words that the prose reader knows, in the folded form of a piece. Data only.

Comparing words have a table of their own (`relations`).
"""

from __future__ import annotations

from tracker.domain.claims import Hedge


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTRACTED_IS = words("it's that's what's let's here's there's he's she's who's how's where's this's everyone's")
"""Here `'s` is a verb; after any other word it is a possessive."""

PLAIN_METRICS = words("score scores points point judge per rank rating results result grade likes votes mean average")
"""Metrics in the registry, ordinary words in running text."""

SCORE_VERBS = words(
    """
    score scores scored scoring achieve achieves achieved achieving acheived reach reaches reached reaching hit hits
    hitting get gets got gotten getting gt obtain obtains obtained obtaining attain attains attained attaining post
    posts posted posting record records recorded recording earn earns earned earning net nets netted netting register
    registers registered registering notch notches notched notching clock clocks clocked clocking manage manages
    managed managing deliver delivers delivered delivering secure secures secured securing log logs logged logging
    set sets setting average averages averaged averaging yield yields yielded yielding produce produces produced
    producing receive receives received boast boasts boasted boasting complete completes completed completing solve
    solves solved solving resolve resolves resolved resolving pass passes passed passing jump jumps jumped jumping
    rise rises rose risen climb climbs climbed climbing improve improves improved improving drop drops dropped
    dropping fall falls fell fallen leap leaps leaped leapt leaping go goes went bump bumps bumped bumping boost
    boosts boosted boosting increase increases increased increasing raise raises raised raising become becomes became
    top tops topped topping excel excels excelled sit sits stands land lands landed landing perform performs
    performed performing claim claims claimed show shows showed shown showing see sees saw
    得分 达到 达 取得 获得 拿到 得到 拿下 考了 实现 高达 提升 提高 上升 下降 跃升 准确率 分数 成绩 得分率
    """
)
STATIVE_VERBS = words("is are was were be been has have had having at with to s =")
"""They link a model or a benchmark to its number, but do not alone make a number a score."""

BE = words("is are was were it's that's be been being")

SOLVE_VERBS = words(
    """
    complete completes completed completing solve solves solved solving resolve resolves resolved resolving pass
    passes passed passing fix fixes fixed fixing answer answers answered answering
    """
)
"""`N % of the tasks` is a score after one of these, a share of something otherwise."""

SCORE_NOUNS = words(
    """
    score scores scoring accuracy acc result results rating ratings rate performance mark marks average avg points
    point pts percentage elo rank win winrate success mean value values resolution pass@1 pass grade f1 em bleu rouge
    mrr ndcg auc number numbers evaluation eval evals benchmark benchmarks leaderboard test tests bench task tasks
    得分 分数 成绩 准确率 分 正确率 通过率 胜率 评分
    """
)
ON = words("on in at for across over under using during 在 于")
LINKS = words("of as at is was are were : = - — | to with reach reaches reached reaching hit hits hitting being → ~")
LINK_FILLERS = words(
    """
    now already only just even currently across evaluations all about around roughly approximately circa a an the its their score scores of
    at still still accuracy result rate from up down nearly almost ca some measly whopping respectable impressive
    average overall 为 是 了 上 中 的 达到 达 获得 取得 得到 拿下 平均 得分 分数 成绩 准确率 约 大约 高达 到
    """
)
APPROXIMATE = words("~ about around roughly approximately circa ca near nearly almost 约 大约 近")
BOUNDS = words(
    """
    below under above over exceeding beyond than least most > < >= <= surpassing surpass surpasses surpassed exceed
    exceeds exceeded beat beats upto top-level 超过 低于 高于 不到 至少 超
    """
)

QUANTITIES = words(
    """
    b m k t g bn mn tn million billion trillion thousand hundred tokens token parameters parameter params param weights
    gb gib mb mib tb kb gbs gigabytes gigabyte bytes byte bits bit x × times fold ms s sec secs second seconds minute
    minutes min mins hour hours hr hrs day days week weeks month months year years people users user members models
    model examples example samples sample questions question problems problem prompts prompt tasks turns turn steps
    step gpus gpu cpus cores layers layer experts expert heads languages language benchmarks benchmark datasets runs
    run attempts attempt tries try wins win-draw ties losses games game votes vote dollars dollar cents cent usd
    eur euros watts watt w kw t/s tok/s tok tps it/s fps shots shot epochs epoch lines files file instances instance
    instruct-tuned experiments providers provider hz ghz mhz degrees c f l download downloads stars commits copies
    categories category domains words word pages characters documents fields subjects countries tools images videos
    passes iterations rounds versions variants h100s h100 a100s a100 flops pflops tflops 亿 万 千 个 参数 倍 元 美元 年
    月 日 小时 分钟 秒 天 种 次 层 项 款 条 家 位 名
    """
)
COMPARATIVE_WORDS = words(
    """
    higher lower better worse more less fewer faster slower cheaper improvement improvements increase increases boost
    gain gains drop drops reduction decrease advantage lead margin ahead behind above below smaller larger bigger
    stronger weaker relative speedup speed-up greater over short off difference gap deficit uplift jump delta
    """
)
GAIN_VERBS = words(
    """
    improve improves improved improving gain gains gained gaining lose loses lost losing drop drops dropped dropping
    increase increases increased increasing up down leads lead led leading win wins won rise rises rose jump jumps
    jumped boost boosts boosted raise raises raised fall falls fell cut cuts reduce reduces reduced add adds added
    looses 提升 提高 下降 领先 落后 增加 高出 高
    """
)
MONTHS = words(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec q1 q2 q3 q4 summer winter autumn fall spring
    """
)

NEGATIONS = words(
    """
    not n't no never neither nor cannot can't doesn't don't didn't isn't wasn't aren't weren't won't wouldn't couldn't
    hasn't haven't hadn't fail fails failed failing unable without hardly doesnt isnt dont didnt wont cant couldnt
    未 没有 未能 不 并未 无法 不如
    """
)


def _all(hedge: Hedge, text: str) -> dict[str, Hedge]:
    return dict.fromkeys(words(text), hedge)


HEDGES: dict[str, Hedge] = {
    **_all(
        "rumour",
        """
        reportedly leaked leak leaks rumored rumoured rumor rumors rumour rumours purportedly allegedly alleged
        supposedly said apparently speculated speculation suspected unconfirmed 据传 据称 传闻 泄露 爆料 据说
        """,
    ),
    **_all(
        "could",
        """
        could may might maybe perhaps potentially possibly possible potential probably suggesting likely
        可能 或许 也许 有望 或将
        """,
    ),
    **_all(
        "expected",
        """
        will expected expect expects predicted predict anticipated projected should going gonna 'll
        预计 将 将会 预期
        """,
    ),
}
"""A later row of the same word would win; `said` counts only in `said to`, `can` not at all for scores."""

UNREAL = words(
    """
    whether if unless wish wishes hope hopes hoping hopefully wonder wonders wondering would wouldn't imagine suppose
    supposing assuming pretend please want wants wanted should've i'd it'd they'd we'd you'd debate debating debated
    skepticism skeptical sceptical sceptic doubt doubts doubtful unconvinced curious queried
    questioned questioning plan plans planning planned aim aims aiming aimed goal trying
    tries need needs needed must promise promises unlikely implausible impossible laughable
    如果 是否 希望 假如 能否 会不会 吗 想要
    """
)
"""Whatever follows in the clause is not asserted."""

SAYING = words(
    """
    noted notes noting find know argue argues argued arguing say says saying claim claims claimed claiming found finds finding
    reported reports reporting showed shows showing show revealed reveals adding added stated states stating highlights
    illustrates illustrate illustrated highlighted mentioned mentions suggests suggest suggested indicates indicate indicated confirmed confirms observed
    """
)
"""What follows one of these is asserted anew."""

SENTENCE_UNREAL = words("if unless imagine suppose supposing hopefully 如果 假如")
"""At the head of a sentence they make all of it a hypothesis."""

TALK = words(
    "posts post comments claims threads thread headlines headline crowd takes memes videos people guys articles"
)

QUESTION_WORDS = words("which what who how why when where does do did is are was has have can could will would should")

CLAUSE_BREAKS = words(
    "but while whereas although though however yet because since whilst albeit ; — 但 但是 而 虽然 不过 然而 尽管"
)
SUBORDINATE = words("having despite while although though whilst after before beside besides even with 虽然 尽管")
NOT_SUBJECT_AFTER = words(
    """
    than from against versus vs vs. by over beyond using via including like via to with for on in into behind between
    based through as after following of-course approaching approaches approached nearing 比 跟 与 和 于 于是 超越 超过 相比 相较 对比 接近 逼近 将 把
    """
)
"""A model right after one of these is a weak candidate for a subject."""

BESIDE_TOPIC = words("using with than from by over against like via beats outperforms surpasses")
"""A model right behind one of these is not what a heading is about."""

COMPARED_AFTER = words(
    "than from against versus vs vs. by over behind beyond between like 比 跟 超越 超过 相比 相较 对比"
)
"""A model right after one of these is what something is compared with, or made from."""

PRONOUNS = words("it its it's they their this these itself ours he she one them")
MODEL_NOUNS = words(
    """
    model models version versions variant variants llm llms one series family release update checkpoint finetune
    fine-tune system agent setup approach 模型 版本 系列
    """
)
PEOPLE_NOUNS = words(
    "engineers engineer team teams users user devs developers researchers folks guys fans people employees staff"
)
LATTER = words("latter former 后者 前者")

LIST_INTRODUCERS = words(
    "including like such e.g. namely notably especially particularly i.e. specifically 如 包括 例如 等"
)
ASIDE_NOUNS = words(
    """
    predecessor predecessors competitor competitors rival rivals model models llm llms sibling siblings baseline
    baselines version counterpart counterparts alternative alternatives flagship teacher one ones variant system
    """
)
OBJECT_STOPS = words(
    """
    on in at for by from while whereas but which who when because since so if though although despite or than
    that's is are was were has have had will would could can may might does do did to and after before until
    with without using within during across through into upon about however i we you they it he she my your our their
    score scores scored achieve achieves achieved not also then there here
    """
)
"""No named right side is looked for behind one of these."""

OVERALL = words(
    """
    various several many most all multiple main key different numerous other certain some every any both public
    standard major popular common these those three two four five half overall everything everywhere board general
    """
)
"""Before `benchmarks`, `tasks` …: an unnamed set."""
SET_NOUNS = words(
    """
    benchmark benchmarks task tasks test tests metric metrics area areas dimension dimensions evaluation evaluations
    eval evals category categories domain domains field fields aspect aspects ways respect measure measures subjects
    capability capabilities board leaderboards suites suite settings scenario scenarios case cases
    """
)
SET_PLURALS = words(
    "benchmarks tasks tests metrics evaluations evals leaderboards areas categories dimensions domains scenarios"
)
OWNERS = words("my our own personal your")
TRIALS = words(
    "testing test tests experience experiments use usage opinion workflow benchmark benchmarks evals evaluation view case cases"
)
SCOPES = words(
    """
    coding code programming math maths mathematics mathematical reasoning writing creative instruction-following
    multilingual multimodal multi-modal vision vision-language translation agentic tool-use tools debugging knowledge
    understanding language long-context ocr science logic chat roleplay rag hallucination hallucinating hallucinations
    summarization summarisation planning quality capabilities capability practice overall general performance editing
    数学 代码 编程 推理 写作 翻译
    """
)
"""Fields of ability: `better at coding` names no benchmark."""
NEW_STATEMENT = words(
    """
    outstanding excellent superior competitive strong shows showing show demonstrating demonstrates demonstrated wins won
    winning leads led showcasing proving achieving achieves achieved scoring scores scored setting sets making makes
    reaching reaches hits hitting gets performs performing supports can used uses uses making delivering delivers ranks
    ranking ranked landing has have is was ahead behind
    """
)
"""After `and` or a comma these begin something that the comparison before them is not about."""

COSTS = words(
    """
    priced speed latency throughput price prices pricing cost costs cheaper faster slower tokens/s tok/s tokens/sec memory vram
    ram efficiency size parameters tokens inference bandwidth battery power training-cost footprint length longer shorter
    """
)

ONE_BENCHMARK = words("benchmark leaderboard test exam bench arena")
TOOL_BENCHMARKS = words("aider aiders")
EFFORTS = words("low medium high minimal xhigh max")
"""`24% for low, 44% for high`: how hard a model was told to think."""
GENERIC_BENCHMARK = words(
    "benchmark benchmarks leaderboard test bench eval evaluation suite exam arena leaderboards evals"
)
DETERMINERS = words("the this that these those its his her their our my your a an same")

CHINESE_WORDS = words(
    """
    超过 超越 优于 胜过 击败 领先 落后 不如 不及 逊于 低于 高于 好于 强于 弱于 相当 持平 媲美 打平 匹敌 比肩 打败 反超 赶超
    得分 达到 取得 获得 拿到 得到 拿下 考了 高达 提升 提高 上升 下降 跃升 准确率 分数 成绩 得分率 正确率 通过率 胜率 评分
    大约 不到 至少 参数 美元 小时 分钟 未能 没有 并未 无法 据传 据称 传闻 泄露 爆料 据说 可能 或许 也许 有望 或将 预计 将会
    预期 如果 是否 希望 假如 能否 会不会 但是 虽然 不过 然而 尽管 模型 版本 系列 后者 前者 以及 包括 例如 数学 代码 编程 推理
    写作 翻译 想要 于是 平均 对比 上下文 千亿 水平 相比 相较 分别 同时 明显 显著 大幅 略 全面 表现 接近 增加 高出
    """
)
"""Cut as one piece wherever they stand; other Chinese text is cut into single characters."""

NOT_NAMES = words(
    """
    the this that these those a an on in our new its his her my your and but or if so as at it i we you they he she for of to
    by with from while when where both all some many most other another every each no yes not one two three first last next
    sota soa open-weights open-weight open-source open-sourced closed-source llm llms vlm vlms slm moe ai ml nlp rl rlhf sft dpo grpo api gpu gpus cpu cpus npu apis vram ram ssd rtx gtx gguf ggml
    gptq awq exl2 exl3 fp16 bf16 fp8 fp4 int4 int8 q2 q3 q4 q5 q6 q8 q4_k_m mlx cuda rocm vulkan mac macs m1 m2 m3 m4 h100 a100
    h200 b200 vllm tgi sglang ollama llama.cpp ik_llama.cpp exllama exllamav2 exllamav3 koboldcpp lmstudio studio pytorch
    tensorrt tensorrt-llm onnx transformers unsloth langchain openrouter huggingface hugging face github reddit twitter x
    discord youtube linux windows ubuntu android iphone ios docker python javascript rust java english chinese german french
    spanish japanese korean russian benchmarks benchmark leaderboard leaderboards expectations competition competitors rivals
    charts records everyone everything humans human humanity experts users people members models model results performance
    accuracy score scores closed state top big latest update edit tl;dr tldr imho afaik btw pr rag mcp ide cli ui
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow usa us uk eu china europe america
    roo roocode cline cursor windsurf zed copilot kilocode table figure section appendix paper report blog post thread sub readme page here there what which who how why
    gpt groq cerebras nvidia amd intel apple silicon ollama's using note thanks also however interestingly notably american european chain-of-thought early recent initial preliminary internal independent several some
    """
)
"""Capitalised or not, these begin no name of a model or benchmark: grammar, software, hardware, formats, days, places."""

POINTED_RIGHT = words("与 比 compared 相比 相较 对比")
"""They lead to a right side before the comparing word."""
