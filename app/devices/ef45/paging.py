"""Walking through lists page by page, however carelessly a terminal counts them (facts rows 15 and 16)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from app.devices.ef45.codec import Page

T = TypeVar("T")

PAGE_SIZE = 50
MAX_PAGES = 1000


async def every(
    fetch: Callable[[int, int], Awaitable[Page[T]]], key: Callable[[T], object], *, page_size: int = PAGE_SIZE
) -> AsyncIterator[T]:
    """All rows, page by page from 1; ends on has_more false, on a page without a new row, or after 1000 pages."""
    seen: set[object] = set()
    for number in range(1, MAX_PAGES + 1):
        page = await fetch(number, page_size)
        fresh = [item for item in page.items if key(item) not in seen]
        for item in fresh:
            seen.add(key(item))
            yield item
        if not fresh or page.more is False:
            return
