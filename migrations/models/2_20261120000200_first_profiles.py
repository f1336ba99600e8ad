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
