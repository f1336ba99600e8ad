"""How people stand with their quotas: never cached, since every download changes it."""

from collections.abc import Sequence
from uuid import UUID

from models.quotas import QuotaFigures, UserQuotas
from models.usage import measure_all
from models.users import User


async def load_quotas(defaults: QuotaFigures, keys: Sequence[UUID]) -> list[UserQuotas | None]:
    found = await measure_all(await User.filter(id__in=list(keys)), defaults)
    return [found.get(key) for key in keys]
