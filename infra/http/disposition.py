"""How a file's name travels in a header."""

import re
import unicodedata
from urllib.parse import quote

_AWKWARD = re.compile(r"[^ !#$&\'()+,.\w\[\]{}~=@^`;-]", re.ASCII)


def content_disposition(kind: str, filename: str) -> str:
    """A `Content-Disposition` by RFC 6266: the name as it is, and before it one for who reads only plain letters."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", errors="ignore").decode()
    stem, dot, ending = _AWKWARD.sub("_", plain).rpartition(".")
    fallback = f"{stem.strip() or 'file'}{dot}{ending}" if dot else ending.strip() or "file"
    if fallback == filename:
        return f'{kind}; filename="{fallback}"'
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(filename, safe='')}"
