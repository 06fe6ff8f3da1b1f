"""Settings of all tests: Hypothesis examples are the same on every run, so that a red build is red for everybody.

`HYPOTHESIS_PROFILE=explore` looks for new ones.
"""

from __future__ import annotations

import os

from hypothesis import Phase, settings

_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)

settings.register_profile("steady", derandomize=True, deadline=None, phases=_PHASES, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
