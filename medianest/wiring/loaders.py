"""What answers lists in batches; only those who answer people need it."""

from collections.abc import Callable
from functools import partial

from dataloaders.loaders import Loaders
from medianest.wiring.backbone import Backbone


def loaders_of(base: Backbone) -> Callable[[], Loaders]:
    """Makes them anew, for each operation."""
    return partial(Loaders, base.cache, base.pubsub, base.presence, base.quota_defaults, base.catalog)
