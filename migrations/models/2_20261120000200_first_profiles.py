"""The profiles that everybody starts with. Their keys are fixed, so that going down removes these and no others."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
INSERT INTO "download_profiles"
    ("id", "name", "kind", "max_height", "container", "audio_format",
     "subtitle_languages", "auto_subtitles", "embed_subtitles", "output_template", "is_default")
VALUES
    ('01920000-0000-7000-8000-000000000001', 'Video', 'VIDEO', 1080, 'mp4', NULL,
     '{en}', false, true, '{uploader}/{title} [{video_id}]', true),
    ('01920000-0000-7000-8000-000000000002', 'Audio', 'AUDIO', NULL, NULL, 'm4a',
     '{}', false, false, '{uploader}/{title} [{video_id}]', false);
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DELETE FROM "download_profiles"
WHERE "id" IN ('01920000-0000-7000-8000-000000000001', '01920000-0000-7000-8000-000000000002');
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfbncjeqR5Zfk2pubkWOl9dWxc7Z81zbJ0BAJWahJgAXBKJpc/vsBIC"
    "m+UySjF4rlTNpEAJYEnwUB7IPd5ZeeRQ1kOkf3yHEwJb3vwZcegRYS/0hW9UEP2nZYIQs4"
    "nJqqreM1UoVw6nAGdS7KZ9B0kCgykKMzbHPvFr1bgoBJnzABVP5BwECfsI6OwC0xl4DPEZ"
    "hDZw7oDGDuAIZmDImfnD4jArADnpHNfwCP6LONRYUG+SNwTCzu0ReFxPBKDIocQCg/kl0y"
    "qC76hMnTXu7uEvyHizROn5C4OhN9eP9RFGNioM/IkT/f91wHMQ0bsrnOEOTIENfpfZTt7G"
    "dthpFpxJTjNVXlGl/aquzh4eryjWopH3mq6dR0LRK2tpd8Tsmqueti40jKyLonRBCTt41o"
    "jbim6Ss4KPIeRRRw5qLVMxhhgYFm0DWl7nv/mLlElyoH8k6ay7EYTTq1bMiPZMnLf/r9jM"
    "ho2s3tRLsfTzStlxo3sj8JZfpFuhh6YsxhwiWcX7561w3RUaU9eYPXP43uXpyc/1XhQR3+"
    "xFSlwq73VQlCDj1RpZoQcn8kaHJ0pMG/wASyZTb8ScmEIqZLjpw6SggKQi2EL1wAaQDabm"
    "G+uL69kFe2HOcPUxb8Z3R3cXUzuvv1xdvRLwp9a+lXXd/e/Bi0j6rk4tfJeKR0EurAe1U1"
    "9TOlgtdzyLIVkBBL4C+eqQT6/gBvCvg9C37WTESe+Fz8PB6+KtCGAF+Ne9FKQU/F9OzN2z"
    "d+1dCri4Ot5iQoYOFVsI5LtQ/qs+NhCahFq1yoVV0camxXgdhr3T5oT89KIHt6lgusrIrj"
    "GllLU/heihqOLZSNcVwygbXhix4F/zjA2VusStCQWx5/VBRAP7l6O76fjN6+i03pl6PJWN"
    "YMY7N5UPriPKGm1UXAf68mPwH5E/x2ezNOTvurdpPferJP0OVUI3ShQSOyzwhKA9RiWjeh"
    "wzUHIVJD70nZTvOHpPlwV15V73HJFmr9QLQcYFKsZs/OqqzjUKxTcKMVzNAnYW/XWbfjkh"
    "tQc8N2TG3ScoT0KMtkREQ2SWc0V6lrCAtJEM2eM/kKCVUa2jeUIfxEfkYeV3El+gGJnmUW"
    "+/zfg3+Zw4Q0LA1fZQYXK0YtOqDEs4snRtyzvkb3r0eX455CeAr15wVkhhaDWtbQIU2UrN"
    "qmq6yhlSyBRJjKhv8Uss9R1DPY2EAb+VSsfKByPGw+lusZy46YbA4xiSyIzSr8wUqgFoXQ"
    "tDc9ziEMz05LkAiiVS6LoOrSTFhVzjEq00Kcz8vAfJ6P8nkKZAM7tgmX1cndhFwHdgmwbe"
    "g4CypWqezTjHy0U4LtoyGHZ2V4SNGqYApJMZE2YhYOD0njcI8YgzlnRwm5BNomdvi2Rndk"
    "nZy62OSYOEfyfvtYHSfjXybvPyZJc2HMi/59ypgtLig1ESQ5m46oXPIsTghuC9BgJ7Ljo7"
    "jb2+uYQXhxNUmM24e3F+O7F8dqOItG2NsBX91MEoB/EjtL3xUgDvcV4dlQRyQSQGOytYF7"
    "vK1Z4kn24Lvh8enL01cn56evRBPVy1XJywI9pOHsDifyoW4vRa0OGJT/Sd3TiahwR3A1je"
    "BKMTL7IRAu6YKYFMaN82Rdv4hIMPxWJZ26RmCBnTmYUaacqj5hA9E+mDFqKZ8qsW/kCHCq"
    "fsywidKOWZWv8IF8II9inXfQo/TMkuUMP8259N2SV+BsKdsvGJaCspYuvgeLOUViXQJzKn"
    "AEkFBJcaj2YksLTDEEVNvf6fQIPIr/a9gILv+BiFfERYasFL8hFz02TcBc0gei1+Jvp6+E"
    "A+zEFXRxB4J1aGouMx/74JFjbooOQ2KopiZ+RgAyBJ7FKJIOabrXV0d0+gORXYLEWSCGjN"
    "LOZOI6md5kffBe7M8hd5VKRX3nX9YgGkcMj0r8AmsthTM4LePNJJvlW2CqMrHfir6JVaBO"
    "CXaglwYdfVbrBs04iiggKKNC7SMYNk/nqLUy8ygtH+SoTPsw3gqJo5buKhivBNoH8NlgUM"
    "YPcjDI94OUdQmi3Za7pqxzy4KFMCLTPpi3M47nrjUlEFdeCVOCLQR8Swuh4QpERM80B4n7"
    "GxkscC6LliVai05rGvAbJtRC2yY9nsfEtVIeDzGUQ+ndbe96/34YP4wvKxoqqqsoaT+Xih"
    "M4LxMmkKRMIlEC58lhLbrylLMkloL8qenLo+gMssFijk0kDXwiwW4E8jZiemZsxhuxHubM"
    "JBGZBOQzKbStYT44GmxpCikA9fL24eJ6DN7djV9f3V/d3sTpQVUZP/C4G4+uk5O2z+MgQ1"
    "tFaSXjvp7y5+0M6d0dg2wLcn/W/vtweHLycjg4OX91dvry5dmrwWr6TlcVzeMXVz/KqTw2"
    "7tNzO6dc2N81lJAQbNG6uWMNODaSA9nOwL9gxolJ1ZxzGgb/luccxGGNPWJCqkXDfGPbQ5"
    "tRScfWiRxIiHanbk07dYvqGXKOLDtDx7kvT0SiNevzxl4buY31AaoyISXFdgfs2YEAS9Bn"
    "HkBUY07KEO/mpSbPS4gxyoQCjdr2cvwKTTaaF/MlwFxcS5jNRh17eVjKjbvAizt1RuKBZ4"
    "lVPJOxmIjXKWdrlRRsMPCbcraMvVMBqtm5O4LmES28luk8stCf4yzCYh30gVSHe13cGeJs"
    "qQBJgV/oKpshvUOH2VXJwXrMKuekNOb5njQrgW9wpjmcEb/WWyZE0nPEqkb9hDItMod3zP"
    "p0Pt+9zue78/n+Np9vsZ1n9bQel+zsuybbdzNMsDOvpeaEaKfnJus56l5ddl8XlekSV6SJ"
    "eenPXxHSuFS3Xy5MBqLGX8bBXZcNJJYNJPqaZqcDyRi3G4A1iMh5F17xIAftWoDjL20MYt"
    "EFcPNwfb2vlCuBDkb+YVBB4NQoPC9aHz8VOwUplxxbBi7RGYBgQdkzYjJmCZG+Chma04Uk"
    "VpFQs5Gd27qKcEY00fuw456SiGtNRdXHLgNMY0OHfBWlYM+10UOB3ZnoB+Qp0CB7rXFQt9"
    "dK7+y3P4f99ic8h1UrfnK30B3DNvu92sZxYGJvV3aXlhDrGIxia9uIJFjYkGV4uNCutQkT"
    "g6tJaTiTdnmBTRgx3UvYhL4dXDq3hrypARZQmXbBVQT4R+CRutx2uSZtTFMMjkfV1lllyQ"
    "CY+HkmpgyyZVbajc1evEse2rSZql9kOlbMtrjZLIvrAd+mKbPloPxn8Vh1d5iBbJMzTXgZ"
    "BGTiG+gamNbZXm4+Kk5efo5kFqAKdEhcqEXOIpvzW6CEi4tXi8yPCbVhtx4fvGXCxPNjxF"
    "MB4uol0maUWVn8Qz7KSbkO6DVAO+5U5eXQTEieXLHxq5aRNVu8S8waHcmcagFMWeGaRS6n"
    "aeHO47SCxymypsioDX6GdId+BfQT5lKVaTxDtMmbv5pT+VbS2WBn1e1qwz0u2I30NSM9xX"
    "jth5S555Qh400OHxOp7Rd+slq10yqwMI/PaLlKNEqnvyOd/0V+D3oZsCBeGVBXVglBvbSl"
    "fA6myKSLKFMCZtQ0EEuzMdu6SeZJv0l1lVhINhC3SJ3xx30BumyhDeJtWk8uLGR6XSz+OM"
    "0gFg4wudTdeHT5a8Vh3aTcUtHpqQ7oUfmGj3XEvKzPKk+NmL8bogG5KFTYw/rNm4x1zX3r"
    "8aDUSbhslg/vIH0aLrcfVSn4qEwLod6KiWBhC3koVQA6JtQ+Wu14WIZYE63yR/QwRa7VyN"
    "C1h9xo22fed52caw6HZ+dVBnco0cI5ZPOHeQHZWwXiqEwLp4+N7za64Nh86Nvrdrt3l7SG"
    "vWWbianrghS7gLoG+PZVC6jbj99kM9//b3Kb3Hcs3Q3leIZ99iWDpI/V94toehJpWZan16"
    "HrfxLM0ymwEZP/OZT0gUO9L3fJ734JNQDvBtKncYF19AN4dFzFsGt/C5wdQyYSwCl1eQZp"
    "v4s7ZjL4kc/Xqz50YXp7X4PzOft8/mE9l/lNNMROOfu5eJlFd2qFm5wMS9gUJ8Ncm0JW7f"
    "WTPU1bp3dArU2pkUES58fxBO1bge+u43eCpaIqlZmUax8dsfmpI8Cs2koZl+rM0uQ3GN2s"
    "hIhF3150MxMiHuZ0sQMCviPR8tFvL4kmn6yGyiNiXcx6k2PWI3Ze2YUoItKRecVknut0XN"
    "56wikyoJoVo2uJTo8/IZKTsyms7hfH5sqGGpItyzJNYphh+eMR6FQSN+pj9VB+TP47Rhei"
    "0CUcsT7g8BkRYEKHgymaUd/ZR8hYmIcEkXLvZIaijqgtvzcnpmffFzTNOe3u3h+IV0NnEV"
    "FHRgf77K5ivhZz6iCg4PO4qz6YKfdUWSwqgQWXwEHiNmIFlhfC4ooLUvqr9uLREbSCGc1/"
    "eO+j9rGDi1VNLvW1apJ65YvcFKJSm/FU2G/06w79FPIpseazkI1cy2IMV8cq7twbJDYXlW"
    "YGYhNYtyVrzIH14dgtFfAUGxdaFc+oTIdnMgKeMWR63+HOQrUoDD4p2eTptjEed44+RxbU"
    "qn+AIi3YfYci9S1MuMx2tPjX/e1Nzv43FElyRVjn4H9gmzHv+5keJBjFRzjJ05rEPCIvkD"
    "zCobruMlaLoU2ItpCiPXTOriEhslcGsmzKEdGXP6NlL4MWSbToFzEjOGyrPaNl6aRllsvV"
    "qucxDAvoAJtRCzvIAJz6O3pAhV3yveIVvM8XAx2aJlhgPvcKRbdV+CskzkLM6GHNDDOHA6"
    "EvMQCzsprt+O7r3HOy4mvb45yj/HFOD8wfpyPVN7pD7oIFt3muOxP3R8xmmV/QLAoWjIm1"
    "EO0tWB77dfxoGtwbsp87v4Q/iV9CQ/bAI8SwPs/a+/o1hXteGLZZt9PN1/OGU+HmMh5lP3"
    "Lqa6yxByKbYTnyN3y5XFL++pnPIrVh7dyKQ7B8qSog7DdvIbrHg0GpnBGDgpQRg5R/HyUc"
    "Ze0B85m7iEjH3FVk7va6mH39P2GIHew="
)
