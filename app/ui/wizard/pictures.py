"""Which picture stands for a position's samples, decoded in the background."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.domain.modality import FaceVariant
from app.journeys.flow_state import Kept
from app.ui.wizard.context import Context

_SHOWN_FIRST = (FaceVariant.COLOR, FaceVariant.COLOR_GLASSES, FaceVariant.OVERVIEW)


class SamplePictures:
    """`of` gives the picture at once when it is decoded; else it starts decoding and `loaded` is called later."""

    def __init__(self, context: Context, owner: QObject, loaded: Callable[[], None]) -> None:
        self._context = context
        self._owner = owner
        self._loaded = loaded
        self._loading: set[str] = set()

    def of(self, best: Sequence[Kept]) -> QImage | None:
        """The picture of the best try, None while there is none to show."""
        kept = self._to_show(best)
        if kept is None:
            return None
        image = self._context.thumbnails.ready(kept.sample_id)
        if image is None and kept.sample_id not in self._loading:
            self._loading.add(kept.sample_id)
            work = self._context.thumbnails.load(kept.sample_id, self._context.journey.sample(kept))
            self._context.tasks.start(work, owner=self._owner, done=lambda _image: self._loaded())
        return image

    def _to_show(self, best: Sequence[Kept]) -> Kept | None:
        seen = [kept for kept in best if self._context.journey.sample(kept).image]
        colored = [kept for kept in seen if kept.variant in _SHOWN_FIRST]
        return next(iter(colored or seen), None)
