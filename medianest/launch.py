"""`python -m medianest.launch medianest.app`: starts a process of ours by its module's `main`.

The collector rests meanwhile: nearly all that importing makes stays, and looking at it again and again would be a fifth
of a start.
"""

import gc
import sys
from importlib import import_module

gc.disable()
main = import_module(sys.argv[1]).main
gc.freeze()
gc.enable()
main()
