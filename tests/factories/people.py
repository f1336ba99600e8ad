"""People for tests."""

from itertools import count
from uuid import uuid4

from models.actor import Actor, Permission
from models.users import User

_numbers = count(1)


async def make_user(*permissions: Permission, is_active: bool = True) -> User:
    name = f"user{next(_numbers)}"
    return await User.create(
        email=f"{name}@example.org",
        username=name,
        display_name=name.title(),
        permissions=[permission.value for permission in permissions],
        is_active=is_active,
    )


async def make_actor(*permissions: Permission) -> Actor:
    user = await make_user(*permissions)
    return Actor(user_id=user.id, permissions=user.granted, session_id=uuid4())
