"""Who did what to whom. Rows are only ever added: the database itself refuses to change or delete one."""

from tortoise import fields
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row


class AuditEntry(Row):
    """`before` and `after` hold what changed, without secrets. The actor is None for the system itself."""

    actor_id = fields.UUIDField(null=True)
    action = fields.CharField(max_length=64)
    target_type = fields.CharField(max_length=32)
    target_id = fields.UUIDField()
    before = fields.JSONField[dict[str, object]](null=True)
    after = fields.JSONField[dict[str, object]](null=True)
    ip = fields.CharField(max_length=45, null=True)
    correlation_id = fields.CharField(max_length=64)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "audit_entries"
        indexes = (("target_id", "id"), ("actor_id", "id"))

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["AuditEntry"]:
        actor.require(Permission.VIEW_AUDIT)
        return cls.all()

    def can_see(self, actor: Actor) -> bool:
        return actor.may(Permission.VIEW_AUDIT)
