"""The job queue's own tables, types and functions: procrastinate 3.10.0, as it was published."""

from pathlib import Path

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

SCHEMA = Path(__file__).parent.parent / "sql" / "procrastinate-3.10.0.sql"


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SCHEMA.read_text(encoding="utf-8")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE routine record;
BEGIN
    FOR routine IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || routine.name || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status CASCADE;
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfbncjeqR5Zfk0pubkWOl9dWxe7Z81zbJ0BAJWahJgAHBKJpe/vsBIC"
    "m+UySjF4rlTNpEAJYEnwUB7IPd5R89ixrIdI7ukeNgSnqvwR89Ai0k/pGs6oMetO2wQhZw"
    "ODVVW8drpArh1OEM6lyUz6DpIFFkIEdn2ObeLXq3BAGTPmECqPyDgIE+Yx0dgVtiLgGfIz"
    "CHzhzQGcDcAQzNGBI/OX1GBGAHPCObfw8e0RcbiwoN8kfgmFjcoy8KieGVGBQ5gFB+JLtk"
    "UF30CZOnvdzdJfiTizROn5C4OhN9eP9RFGNioC/IkT/f91wHMQ0bsrnOEOTIENfpfZTt7G"
    "dthpFpxJTjNVXlGl/aquzh4eryrWopH3mq6dR0LRK2tpd8Tsmqueti40jKyLonRBCTt41o"
    "jbim6Ss4KPIeRRRw5qLVMxhhgYFm0DWl7nv/mLlElyoH8k6ay7EYTTq1bMiPZMnLf/r9jM"
    "ho2s3tRLsfTzStlxo3sj8JZfpFuhh6YsxhwiWcf3z1rhuio0p78gZvfhzdvTg5/6vCgzr8"
    "ialKhV3vqxKEHHqiSjUh5P5I0OToSIN/gQlky2z4k5IJRUyXHDl1lBAUhFoIX7gA0gC03c"
    "J8cX17Ia9sOc4nUxb8Z3R3cXUzuvv1xbvRLwp9a+lXXd/e/BC0j6rk4tfJeKR0EurAe1U1"
    "9TOlgjdzyLIVkBBL4C+eqQT6/gBvCvg9C37RTESe+Fz8PB6+KtCGAF+Ne9FKQU/F9OzN2z"
    "d+1dCri4Ot5iQoYOFVsI5LtQ/qs+NhCahFq1yoVV0camxXgdhr3T5oT89KIHt6lgusrIrj"
    "GllLU/heihqOLZSNcVwygbXhix4F/zjA2VusStCQWx5/VBRAP7l6N76fjN79HJvSL0eTsa"
    "wZxmbzoPTFeUJNq4uA/15NfgTyJ/jt9macnPZX7Sa/9WSfoMupRuhCg0ZknxGUBqjFtG5C"
    "h2sOQqSG3pOyneYPSfPhrryq3uOSLdT6gWg5wKRYzZ6dVVnHoVin4EYrmKHPwt6us27HJT"
    "eg5obtmNqk5QjpUZbJiIhsks5orlLXEBaSIJo9Z/IVEqo0tG8pQ/iJ/IQ8ruJK9AMSPcss"
    "9vm/B/8yhwlpWBq+ygwuVoxadECJZxdPjLhnfY3u34wuxz2F8BTqzwvIDC0GtayhQ5ooWb"
    "VNV1lDK1kCiTCVDf8pZJ+jqGewsYE28qlY+UDleNh8LNczlh0x2RxiElkQm1X4g5VALQqh"
    "aW96nEMYnp2WIBFEq1wWQdWlmbCqnGNUpoU4n5eB+Twf5fMUyAZ2bBMuq5O7CbkO7BJg29"
    "BxFlSsUtmnGflopwTbR0MOz8rwkKJVwRSSYiJtxCwcHpLG4R4xBnPOjhJyCbRN7PBtje7I"
    "Ojl1sckxcY7k/faxOk7Gv0zef0yS5sKYF/37nDFbXFBqIkhyNh1RueRZnBDcFqDBTmTHR3"
    "G3t9cxg/DiapIYtw/vLsZ3L47VcBaNsLcDvrqZJAD/LHaWvitAHO4rwrOhjkgkgMZkawP3"
    "eFuzxJPswXfD49OXp69Ozk9fiSaql6uSlwV6SMPZHU7kQ91eilodMCj/k7qnE1HhjuBqGs"
    "GVYmT2QyBc0gUxKYwb58m6fhGRYPitSjp1jcACO3Mwo0w5VX3GBqJ9MGPUUj5VYt/IEeBU"
    "/ZhhE6Udsypf4QP5QB7FOu+gR+mZJcsZfppz6bslr8DZUrZfMCwFZS1dvAaLOUViXQJzKn"
    "AEkFBJcaj2YksLTDEEVNvf6fQIPIr/a9gILv+BiFfERYasFL8hFz02TcBc0gei1+Jvp6+E"
    "A+zEFXRxB4J1aGouMx/74JFjbooOQ2KopiZ+RgAyBJ7FKJIOabrXV0d0+gORXYLEWSCGjN"
    "LOZOI6md5kffBe7M8hd5VKRX3nX9YgGkcMj0r8AmsthTM4LePNJJvlW2CqMrHfir6JVaBO"
    "CXaglwYdfVHrBs04iiggKKNC7SMYNk/nqLUy8ygtH+SoTPsw3gqJo5buKhivBNoH8NlgUM"
    "YPcjDI94OUdQmi3Za7pqxzy4KFMCLTPpi3M47nrjUlEFdeCVOCLQR8Swuh4QpERM80B4n7"
    "GxkscC6LliVai05rGvAbJtRC2yY9nsfEtVIeDzGUQ+ndbe96/34YP4wvKxoqqqsoaT+Xih"
    "M4LxMmkKRMIlEC58lhLbrylLMkloL8qenLo+gMssFijk0kDXwiwW4E8jZiemZsxluxHubM"
    "JBGZBOQzKbStYT44GmxpCikA9fL24eJ6DH6+G7+5ur+6vYnTg6oyfuBxNx5dJydtn8dBhr"
    "aK0krGfT3lz9sZ0rs7BtkW5P6s/ffh8OTk5XBwcv7q7PTly7NXg9X0na4qmscvrn6QU3ls"
    "3Kfndk65sL9rKCEh2KJ1c8cacGwkB7KdgX/BjBOTqjnnNAz+Lc85iMMae8SEVIuG+ca2hz"
    "ajko6tEzmQEO1O3Zp26hbVM+QcWXaGjnNfnohEa9bnjb02chvrA1RlQkqK7Q7YswMBlqAv"
    "PICoxpyUId7NS02elxBjlAkFGrXt5fgVmmw0L+ZLgLm4ljCbjTr28rCUG3eBF3fqjMQDzx"
    "KreCZjMRGvU87WKinYYOA35WwZe6cCVLNzdwTNI1p4I9N5ZKE/x1mExTroA6kO97q4M8TZ"
    "UgGSAr/QVTZDeocOs6uSg/WYVc5JaczzPWlWAt/gTHM4I36tt0yIpOeIVY36CWVaZA7vmP"
    "XpfL57nc935/P9bT7fYjvP6mk9LtnZd02272aYYGdeS80J0U7PTdZz1L267L4uKtMlrkgT"
    "89KfvyKkcaluv1yYDESNv4yDuy4bSCwbSPQ1zU4HkjFuNwBrEJHzc3jFgxy0awGOv7QxiE"
    "UXwM3D9fW+Uq4EOhj5h0EFgVOj8LxoffxU7BSkXHJsGbhEZwCCBWXPiMmYJUT6KmRoTheS"
    "WEVCzUZ2busqwhnRRO/DjntKIq41FVUfuwwwjQ0d8lWUgj3XRg8FdmeiH5CnQIPstcZB3V"
    "4rvbPf/hz225/wHFat+MndQncM2+z3ahvHgYm9XdldWkKsYzCKrW0jkmBhQ5bh4UK71iZM"
    "DK4mpeFM2uUFNmHEdC9hE/p2cOncGvKmBlhAZdoFVxHgH4FH6nLb5Zq0MU0xOB5VW2eVJQ"
    "Ng4ueZmDLIlllpNzZ78S55aNNmqn6R6Vgx2+JmsyyuB3ybpsyWg/KfxWPV3WEGsk3ONOFl"
    "EJCJb6BrYFpne7n5qDh5+TmSWYAq0CFxoRY5i2zOb4ESLi5eLTI/JtSG3Xp88JYJE8+PEU"
    "8FiKuXSJtRZmXxD/koJ+U6oNcA7bhTlZdDMyF5csXGr1pG1mzxLjFrdCRzqgUwZYVrFrmc"
    "poU7j9MKHqfImiKjNvgZ0h36FdBPmEtVpvEM0SZv/mpO5VtJZ4OdVberDfe4YDfS14z0FO"
    "O1H1LmnlOGjLc5fEyktl/4yWrVTqvAwjw+o+Uq0Sid/o50/hf5PehlwIJ4ZUBdWSUE9dKW"
    "8jmYIpMuokwJmFHTQKwvD+cZAuiTC03FqDgqFyglGflR93D/MtlGo/Rdl1C0QdRO6/mHhc"
    "zAi8UfpxncwwHmn7objy5/rTism5R+yqS6So1WF/SofMPHupyn5QyuUtmIebwhGhDrT5Vt"
    "rt+8yVjX3NoeD0odlstm+fAO0gfmclWuytJHZVoI9VasCAtbyEOpAtAxofYxb8fDMtybaJ"
    "U/oocp/q1GEq89pE/bPjm/6/xdczg8O68yuEOJFs4hmz/vC/jgKhBHZVo4fWx8t9HFz+ZD"
    "317P3L17rTXsLdtM2F0Xx9jF3DXA/a9azN1+XCub+f5/k2flvsPtbijHM+yzLxk8fqy+X8"
    "Tkk0jLslS+Dl3/q2GeToGNmPzPoaQPHOp93Et+GkyoAXg3kG6PC6yj78Gj4yqmXftb4A8Z"
    "MpEATqnLM8j7XdwxM5wv8oV71Ycukm/va3A+Z5/PP6znMr+JhtgpZz8XL7PoTq2IlJNhCZ"
    "viZJhrU8iqvX7Vp2nr9A6otSk1Mkji/FCfoH0r8N11iE+wVFSlMpNy7aMjNj91BJhVWynj"
    "Up1ZmvxMo5uVM7Ho84xuZs7Ew5wudkDAdyRaPvrtJdHkk9VQeUSsC2tvclh7xM4ruxBFRD"
    "oyr5jMc52Oy1tPOEUGVLPCeC3R6fFnRHLSOoXV/eLwXdlQQ7JlWaZJDDMsfzwCnUriRn3P"
    "HkoPy+8YXYhCl3DpiMnhMyLAhA4HUzSjvrOPkLEwDwki5ebJDEUdUVt+kk5Mz75PaJpz2t"
    "29PxCvhs4ioo4MIPbZXcV8LebUQUDB53FXfTBTbqqyWFQCCy6Bg6T/qbmUF8LiigtS2hVV"
    "PDqCVjCj+Q/vffc+dnCxqsmlvlZNUq98kZtCVGozngr7DZDdoZ9CPiXWfBaykWtZjOHqWM"
    "Wde4PE5qLSzEBsAuu2ZI05sD4cu6UCnmLjQqviGZXp8EwGyTOGTO9T3VmoFkXKJyWbPN02"
    "xuPO0efIglr1b1SkBbtPVaQ+lwmX2Y4W/7q/vcnZ/4YiSa4I6xz8D2wzLH4/04MEo/gIJ3"
    "lak5hH5AWSRzhU113GajG0CdEWUrSHztk1JIr2ykCWTTki+vIntOxl0CKJFv0iZgSHbbVn"
    "tCyd18xyuVr1PIZhAR1gM2phBxmAU39HD6iwS14rXsH7wjHQoWmCBeZzr1B0W4XBQuIsxI"
    "we1swwczgQ+hIDMCvx2Y7vvs49R8ZGtdc5R/njnB6YP05Hqm90h9wFC27zXHcm7o+YzTI/"
    "slkULBgTayHaW7A89uv40TS4N2Q/d34JfxK/hIbsgUeIYX2etff1awr3vDBss26nm6/nDW"
    "fLzWU8yn4H1ddYYw9ENsNy5G/4crmk/PUzn0Vqw9q5FYdg+VJVQNhv3kJ0jweDUjkjBgUp"
    "IwYp/z5KOMraA+YzdxGRjrmryNztdTH7+n8Q7CrW"
)
