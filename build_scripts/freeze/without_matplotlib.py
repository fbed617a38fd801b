"""Let captum be imported where there is no matplotlib; run by the frozen program at its start.

captum's attributions need no plots, but its package imports two modules that draw. Both are
empty in the frozen program, which so ships no matplotlib.
"""

import sys
from types import ModuleType

DRAWING = {
    "captum.attr._utils.visualization": ("draw_mask_border", "draw_mask_legend"),
    "captum.attr._core.llm_attr": (
        "LLMAttribution",
        "LLMAttributionResult",
        "LLMGradientAttribution",
        "RemoteLLMAttribution",
    ),
}

for name, attributes in DRAWING.items():
    module = ModuleType(name)
    vars(module).update(dict.fromkeys(attributes))
    sys.modules[name] = module
