"""Mount options of overlayfs that change what it does; by default all of them are off."""

from dataclasses import dataclass
from typing import Literal, get_args

from vlearn.errors import ModelError

RedirectDir = Literal["on", "off", "follow", "nofollow"]
SWITCH = ("on", "off")


@dataclass(frozen=True, slots=True)
class Options:
    """`redirect_dir`: may a directory with lower layers be renamed, and are redirects followed. `metacopy`: copy-up
    of metadata alone. `redirect_max` bounds the length of a redirect. (Off follows redirects that exist, as the
    module's parameter redirect_always_follow=Y has it.)
    """

    redirect_dir: RedirectDir = "off"
    metacopy: bool = False
    redirect_max: int = 256

    @property
    def follow(self) -> bool:
        """Whether lookup follows redirects."""
        return self.redirect_dir != "nofollow"

    @property
    def offline_changes(self) -> bool:
        """Whether lower layers may change while not mounted: then new directories are not marked opaque for speed."""
        return self.redirect_dir != "on" and not self.metacopy

    @classmethod
    def parse(cls, text: str) -> "Options":
        """Options as mount(8) takes them behind -o, without the layers: `redirect_dir=on,metacopy=off`."""
        redirect_dir, metacopy = None, False
        for word in filter(None, text.split(",")):
            name, _, value = word.partition("=")
            if name == "redirect_dir" and value in get_args(RedirectDir):
                redirect_dir = value
            elif name == "metacopy" and value in SWITCH:
                metacopy = value == "on"
            else:
                known = f"redirect_dir={'|'.join(get_args(RedirectDir))} and metacopy={'|'.join(SWITCH)}"
                raise ModelError(f"overlay option {word!r} is not modelled; {known} are")
        if metacopy and redirect_dir not in (None, "on"):
            raise ModelError(f"metacopy=on needs redirect_dir=on, not redirect_dir={redirect_dir}")
        return cls("on" if metacopy else redirect_dir or "off", metacopy)  # type: ignore[arg-type]
