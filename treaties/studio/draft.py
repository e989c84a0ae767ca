"""A treaty file that is being worked on: its text, every change with undo, what is wrong, and what is kept on disk.

Every change names the revision it was made on; one that was made on another is refused, so that two windows never
undo each other's work unseen.  After each change everything is in a journal beside the file (``aurora.draft.json``
beside ``aurora.toml``), which is taken up again when the file is opened the next time.  The file itself is written only
by ``save``.

An entry that would make the text no treaty is not made part of it: it is kept as it was entered, told with its error at
its field, and tried again with every later entry, so that two entries that only go together can be made one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar, final

from games.files.reading import UnreadableFile, path_of, read_bytes
from games.files.writing import write_text
from treaties.drafting.new_treaty import CannotDraft, blocks_for
from treaties.model.errors import Place, TreatyError, TreatyFileError
from treaties.model.treaty import Treaty
from treaties.provisions import all_types
from treaties.reading.document import Fault
from treaties.reading.treaty_file import LARGEST
from treaties.studio import places
from treaties.studio.content import Content, block_name, identity
from treaties.studio.entries import edit_of, new_entries, without_options
from treaties.studio.history import History
from treaties.studio.journal import Elsewhere, Entry, Journal, Kept, fingerprint
from treaties.studio.line_ends import LineEnds
from treaties.studio.terms import BLOCK_KINDS, HEADER
from treaties.studio.toml_edits import LEFT_OUT, CannotEdit, with_block, with_value, without_block

TRIES = 1
"""Legal blocks that are looked at to add a clause: to look for a better one would take seconds."""
P = ParamSpec("P")
T = TypeVar("T")


@final
@dataclass(frozen=True)
class FieldError:
    """What is wrong at one field: its path as forms write it (``provision.3.amount.value``), problem and remedy."""

    path: str
    problem: str
    remedy: str = ""


class Refused(Exception):
    """A change that was not made; ``errors`` say why, each at its field.  The draft is as it was, at its revision.

    ``needed_by``  of a removal: what refers to what was to be removed, and would have to go with it.
    """

    def __init__(self, errors: tuple[FieldError, ...], needed_by: tuple[str, ...] = ()) -> None:
        self.errors, self.needed_by = errors, needed_by
        super().__init__("; ".join(f"{error.path}: {error.problem}" for error in errors))


class Conflict(Exception):
    """A change on a text that has changed meanwhile, here or on disk; nothing was changed.

    ``since``  what was changed since the revision that was named, oldest first, in words.
    """

    def __init__(self, problem: str, since: tuple[str, ...] = ()) -> None:
        self.problem, self.since = problem, since
        super().__init__(problem)


def _one_at_a_time(
    method: Callable[Concatenate[Draft, P], T],
) -> Callable[Concatenate[Draft, P], T]:
    """A change that no other one interrupts."""

    @wraps(method)
    def alone(self: Draft, /, *arguments: P.args, **named: P.kwargs) -> T:
        with self.lock:
            return method(self, *arguments, **named)

    return alone


@final
class Draft:
    """A file, the text that is being made of it, and the way from one to the other.

    ``revision``  counts changes, undo and redo among them; ``restored`` tells what was taken up from a journal, ""
    if nothing was.  ``lock`` is held while anything changes: who reads several things that belong together takes it.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock = RLock()
        self.revision = 0
        self.restored = ""
        self._journal = Journal(file)
        self._entered: dict[str, Entry] = {}
        self._refusals: dict[str, tuple[FieldError, ...]] = {}
        self._told: list[tuple[int, str]] = []
        self._begin(_read(file))

    def _begin(self, on_disk: str) -> None:
        """Begin with the text of the file."""
        self._ends = LineEnds.of(on_disk)
        self._history = History(self._ends.taken_off(on_disk))
        self._on_disk: str | None = on_disk  # None: no text that is known here
        self._content = Content.of(self._history.text, self.file.name)

    @staticmethod
    def open(path: str | Path) -> Draft:
        """Open a treaty file, with the draft that an earlier session left of it.

        A file with faults can be opened if it is TOML.  Raises ``TreatyFileError`` if it cannot be read at all.
        """
        draft = Draft(path_of(path))
        draft._take_up()
        return draft

    def _take_up(self) -> None:
        """Go on with what the journal kept."""
        try:
            kept = self._journal.read()
        except ValueError as error:
            aside = self._journal.set_aside()
            self.restored = f"The journal of an earlier session {error}; it was set aside as {aside.name}."
            return
        if kept is None:
            return
        history = kept.history
        if history.text == self._history.text and not kept.entered:
            self._journal.drop()
            return
        try:
            self._content = Content.of(history.text, self.file.name)
        except TreatyFileError:
            aside = self._journal.set_aside()
            self.restored = f"The journal of an earlier session is damaged; it was set aside as {aside.name}."
            return
        known = None if history.saved is None else self._ends.put_back(history.text_after(history.saved))
        changed = fingerprint(_read(self.file)) != kept.on_disk
        self._history, self.revision = history, kept.revision
        changes = abs(history.at - (history.saved or 0))
        parts = [f"{changes} unsaved change{'s' * (changes != 1)}"] if changes else []
        if kept.entered:
            parts.append(f"{len(kept.entered)} entr{'y that waits' if len(kept.entered) == 1 else 'ies that wait'}")
        self.restored = f"From an earlier session: {' and '.join(parts) or 'unsaved work'}."
        if changed:
            self._on_disk = known
            self.restored += " The file on disk has changed since: saving will ask."
        for path, entry in kept.entered.items():
            self._entered[path] = entry
            self._refusals[path] = self._why_not(path, entry.value)

    @property
    def title(self) -> str:
        """The title of the treaty, "" if the text gives none."""
        found = self._content.document.get("title")
        return found if isinstance(found, str) else ""

    @property
    def text(self) -> str:
        """The text of the draft, as ``save`` would write it."""
        return self._ends.put_back(self._history.text)

    @property
    def opened(self) -> str:
        """The text that the file had when the draft was begun."""
        return self._ends.put_back(self._history.base)

    @property
    def document(self) -> Mapping[str, Any]:
        """The tables of the text, parsed."""
        return self._content.document

    @property
    def treaty(self) -> Treaty | None:
        """The treaty that the text states; None while it has faults."""
        return self._content.treaty

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Every fault of the text, and of entries that are not part of it yet."""
        waiting = [error for errors in self._refusals.values() for error in errors]
        return (*map(_error, self._content.faults), *waiting)

    @property
    def entered(self) -> Mapping[str, Any]:
        """Entries that could not be made part of the text, by path."""
        return {path: entry.value for path, entry in self._entered.items()}

    def refusal(self, path: str) -> tuple[FieldError, ...]:
        """Why the entry that waits at a path was refused."""
        return self._refusals.get(path, ())

    @property
    def saved(self) -> bool:
        """Whether the file as it was read or written last is the text of the draft, and no entry waits."""
        return self.text == self._on_disk and not self._entered

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or an entry that waits, to take back."""
        return bool(self._history.at or self._entered)

    @property
    def can_redo(self) -> bool:
        """Whether a change was taken back that can be made again."""
        return self._history.at < len(self._history.steps)

    @_one_at_a_time
    def set(self, path: str, value: Any, revision: int) -> None:
        """Give the term at a path another value (None: leave it out).

        Raises ``Conflict``; ``Refused`` if the text would be no treaty, and then the entry waits in ``entered``.
        """
        self._insist(revision)
        self._field_place(path)
        others = {other: entry.value for other, entry in self._entered.items() if other != path}
        near = {other: it for other, it in others.items() if _same_block(other, path)}
        tried: list[dict[str, Any]] = []
        for together in ({**others, path: value}, {**near, path: value}, {path: value}):
            if together not in tried:
                tried.append(together)
        errors: tuple[FieldError, ...] = ()
        for together in tried:
            errors, text, content = self._with(together, path)
            if text is None or content is None:
                continue
            for taken in together:
                self._entered.pop(taken, None)
                self._refusals.pop(taken, None)
            if text == self._history.text:
                self._keep()
            else:
                self._go_on(text, content, " and ".join(self._in_words(p, v) for p, v in together.items()))
            return
        self._entered.pop(path, None)
        self._entered[path] = Entry(value, self.revision)
        self._refusals[path] = errors
        self._keep()
        raise Refused(errors)

    @_one_at_a_time
    def add(self, kind: str, revision: int) -> str:
        """Add a clause of a kind from the library, fitted to this text, and return its path (``provision.7``).

        Its numbers are placeholders.  An event or a party without signature is added for a clause that needs one.
        Where no placeholders fit, the bare clause is added and every term it lacks is an error at its field.
        Raises ``Conflict``, ``Refused``.
        """
        self._insist(revision)
        if kind not in all_types():
            raise Refused((FieldError("", f"there is no clause {kind!r}", "choose one of the library"),))
        path = places.path_of(("provision", len(self.document.get("provision", []))))
        fits = self._fitting(kind)
        text = self._history.text
        for name, block in fits or [("provision", {"type": kind, "article": self._free_article()})]:
            text = self._edited(partial(with_block, text, name, block), path)
        content = Content.of(text, self.file.name)
        if fits and not content.can_follow(self._content, ()):
            raise Refused(tuple(map(_error, content.fresh(self._content))))
        self._go_on(text, content, f"{kind} added")
        return path

    def _fitting(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Blocks that add a clause; none if no placeholders are found, or the text is no treaty to fit them to."""
        if not self._content.whole:
            return []
        parties = [block["id"] for block in self.document["party"] if block.get("signatory", True)]
        try:
            return blocks_for(kind, without_options(self.document), parties, tries=TRIES)
        except CannotDraft:
            return []

    def _free_article(self) -> str:
        taken = {str(block.get("article")) for block in self.document.get("provision", []) if isinstance(block, dict)}
        return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)

    @_one_at_a_time
    def add_entry(self, path: str, revision: int) -> str:
        """Add one more entry to the list of tables at a path (``provision.1.stages``), and return its path.

        It follows the last one, or is made of placeholders; what is wrong in it is an error at its fields.  Raises
        ``Conflict``, ``Refused``.
        """
        self._insist(revision)
        place = self._place(path)
        there = places.value_in(self.document, place)
        count = len(there) if isinstance(there, list) else 0
        entries = new_entries(self.document, place)
        if not entries:
            raise Refused((FieldError(path, "is no list to which an entry can be added"),))
        edits = [
            partial(with_value, self._history.text, (*place, count) if count else place, added if count else [added])
            for added in entries
        ]
        texts = [self._edited(edit, path) for edit in edits]
        contents = [Content.of(text, self.file.name) for text in texts]
        fits = [k for k, content in enumerate(contents) if content.can_follow(self._content, ())]
        k = fits[0] if fits else 0
        elsewhere = [fault for fault in contents[k].fresh(self._content) if fault.place[: len(place)] != place]
        if not fits and elsewhere:
            named = dict.fromkeys(block_name(contents[k].document, fault.place) for fault in elsewhere)
            raise Refused(tuple(map(_error, elsewhere)), tuple(named))
        self._go_on(texts[k], contents[k], f"an entry of {self._field_words(place)} added")
        return places.path_of((*place, count))

    @_one_at_a_time
    def remove(self, path: str, revision: int, *, with_references: bool = False) -> tuple[str, ...]:
        """Remove a clause, event or matter (``provision.2``), or an entry of a list (``provision.1.stages.2``).

        Returns what was removed with it, in words.  ``with_references``: also the options (variants) that name it.
        Raises ``Conflict``; ``Refused``, whose ``needed_by`` names what refers to it.
        """
        self._insist(revision)
        place = self._place(path)
        what = block_name(self.document, place) if len(place) == 2 else f"an entry of {self._field_words(place[:-1])}"
        if len(place) < 2 or places.value_in(self.document, place) is None:
            raise Refused((FieldError(path, "there is nothing to remove", "name a clause of the file"),))
        text = self._edited(
            lambda: without_block(self._history.text, place)
            if len(place) == 2
            else with_value(self._history.text, place, LEFT_OUT),
            path,
        )
        content = Content.of(text, self.file.name)
        gone: list[str] = []
        while with_references and (option := _faulty_option(content, self._content)) is not None:
            gone.append(block_name(content.document, option))
            text = self._edited(partial(without_block, text, option), path)
            content = Content.of(text, self.file.name)
        if not content.can_follow(self._content, ()):
            fresh = content.fresh(self._content)
            named = dict.fromkeys(block_name(content.document, fault.place) for fault in fresh)
            raise Refused(tuple(map(_error, fresh)), tuple(named))
        self._go_on(text, content, f"{what} removed" + (f", with {', '.join(gone)}" if gone else ""))
        return tuple(gone)

    @_one_at_a_time
    def undo(self, revision: int) -> str:
        """Take back the last change, or the entry that was made after it and waits, and say which.

        Raises ``Conflict``, ``Refused`` if there is none.
        """
        self._insist(revision)
        last = next(reversed(self._entered), None)
        if last is not None and (self._entered[last].revision >= self.revision or not self._history.at):
            what = self._in_words(last, self._entered[last].value)
            self._forget(last)
            self._count(f"{what} taken back")
            self._keep()
            return what
        return self._move(self._history.back, "taken back", "there is nothing to take back")

    @_one_at_a_time
    def redo(self, revision: int) -> str:
        """Make the change again that was taken back last, and say which; raises as ``undo``."""
        self._insist(revision)
        return self._move(self._history.again, "made again", "there is nothing to make again")

    def _move(self, step: Callable[[], str], how: str, otherwise: str) -> str:
        try:
            what = step()
        except IndexError:
            raise Refused((FieldError("", otherwise),)) from None
        self._replace(Content.of(self._history.text, self.file.name))
        self._count(f"{what} {how}")
        self._keep()
        return what

    @_one_at_a_time
    def save(self, revision: int, *, over: bool = False) -> None:
        """Write the text to the file, all or nothing.

        Raises ``Conflict`` if the file on disk is no longer what was opened or saved last (``over``: write it all the
        same), ``GameError`` if it cannot be written.
        """
        self._insist(revision)
        try:
            self._journal.insist()
        except Elsewhere as error:
            raise Conflict(str(error)) from None
        if not over and (problem := self._changed_on_disk()):
            raise Conflict(problem)
        write_text(self.file, self.text)
        self._on_disk = self.text
        self._history.saved = self._history.at
        self._keep()

    @_one_at_a_time
    def take_file(self, revision: int) -> str:
        """Go on with the file as it is on disk, and say so: one change more, which can be taken back.

        Entries that wait are given up.  Raises ``Conflict``, ``TreatyFileError``.
        """
        self._insist(revision)
        on_disk = _read(self.file)
        ends = LineEnds.of(on_disk)
        text, what = ends.taken_off(on_disk), f"{self.file.name} was taken as it is on disk"
        content = Content.of(text, self.file.name)
        self._entered.clear()
        self._refusals.clear()
        self._go_on(text, content, what)
        self._ends, self._on_disk = ends, on_disk
        self._history.saved = self._history.at
        self._keep()
        return what

    def _changed_on_disk(self) -> str:
        """Why the file may not be written over; "" if it is what was opened or saved last."""
        try:
            there = read_bytes(self.file, LARGEST).decode("utf-8", errors="surrogateescape")
        except UnreadableFile as error:
            return f"{self.file.name} {error.problem}: it was there when it was opened"
        if there == self._on_disk:
            return ""
        return f"{self.file.name} was changed on disk after it was opened here: what was written there would be lost"

    # -- steps that all changes share ---------------------------------------------------------------------------------

    def _insist(self, revision: int) -> None:
        if revision != self.revision:
            since = tuple(what for number, what in self._told if number > revision)
            raise Conflict(f"the draft is at revision {self.revision}, this was made on revision {revision}", since)

    def _place(self, path: str) -> Place:
        try:
            return places.place_of(path)
        except ValueError as error:
            raise Refused((FieldError(path, str(error), "name a field of the form"),)) from None

    def _field_place(self, path: str) -> Place:
        """The place of a field, which lies in a block of the file or is one of those above all blocks."""
        place = self._place(path)
        inside = len(place) > 2 and isinstance(places.value_in(self.document, place[:2]), Mapping)
        if not (inside if place[0] in BLOCK_KINDS else place[0] in HEADER):
            raise Refused((FieldError(path, "is no field of this file", "name a field of the form"),))
        return place

    def _edited(self, edit: Callable[[], str], path: str) -> str:
        try:
            return edit()
        except (CannotEdit, LookupError) as error:
            raise Refused((FieldError(path, str(error)),)) from None

    def _with(
        self, entries: Mapping[str, Any], asked: str
    ) -> tuple[tuple[FieldError, ...], str | None, Content | None]:
        """The text with some entries, and what it states; if that cannot be, the errors and no text."""
        text, document = self._history.text, self._content.document
        changed: list[Place] = []
        for path, value in entries.items():
            try:
                place, item = edit_of(document, places.place_of(path), value)
                if item is LEFT_OUT and places.value_in(document, place) is None:
                    continue
                text = with_value(text, place, item)
            except (CannotEdit, LookupError, ValueError) as error:
                return (FieldError(asked, str(error)),), None, None
            changed.append(place)
            if len(entries) > 1:
                document = Content.of(text, self.file.name).document
        if text == self._history.text:
            return (), text, self._content
        content = Content.of(text, self.file.name)
        if content.can_follow(self._content, tuple(changed)):
            return (), text, content
        found = content.fresh(self._content) or content.faults
        return tuple(_error_near(fault, asked) for fault in found), None, None

    def _why_not(self, path: str, value: Any) -> tuple[FieldError, ...]:
        return self._with({path: value}, path)[0]

    def _go_on(self, text: str, content: Content, what: str) -> None:
        """Make a change, count it and keep it; if it cannot be kept, it is not made."""
        before, revision = self._content, self.revision
        self._history.go_on(text, what)
        self._replace(content)
        self._count(what)
        try:
            self._keep()
        except BaseException:
            self._history.back()
            self._history.steps.pop()
            self._content, self.revision = before, revision
            self._told.pop()
            raise

    def _replace(self, content: Content) -> None:
        """Take what another text states; entries that wait follow their block, or go with it."""
        moved: dict[str, Entry] = {}
        for path, entry in self._entered.items():
            place = places.place_of(path)
            known = identity(self._content.document, place)
            same = [place[:2], *((place[0], k) for k in range(len(content.document.get(str(place[0]), ()))))]
            found = next((at for at in same if identity(content.document, at) == known), None)
            if len(place) < 3 or known is None or found is not None:
                moved[places.path_of((*(found or place[:2]), *place[2:]))] = entry
        self._content, self._entered = content, moved
        self._refusals = {path: self._why_not(path, entry.value) for path, entry in moved.items()}

    def _forget(self, path: str) -> None:
        self._entered.pop(path, None)
        self._refusals.pop(path, None)

    def _count(self, what: str) -> None:
        self.revision += 1
        self._told.append((self.revision, what))

    def _keep(self) -> None:
        """Keep what is not saved in the journal; with nothing to keep there is none.  Raises ``Conflict``."""
        try:
            if self.saved:
                self._journal.drop()
            else:
                on_disk = "" if self._on_disk is None else fingerprint(self._on_disk)
                self._journal.write(Kept(self._history, self.revision, on_disk, self._entered))
        except Elsewhere as error:
            raise Conflict(str(error)) from None

    def _in_words(self, path: str, value: Any) -> str:
        """An entry for the list of changes: "article 17, remedy: amount, value 13"."""
        said = "left out" if value is None else str(value) if isinstance(value, (str, int, float)) else "changed"
        return f"{self._field_words(places.place_of(path))} {said}"

    def _field_words(self, place: Place) -> str:
        """A field for the list of changes."""
        if len(place) > 2 and isinstance(place[1], int):
            steps = ", ".join(str(s + 1) if isinstance(s, int) else s.replace("_", " ") for s in place[2:])
            return f"{block_name(self.document, place)}: {steps}"
        return ", ".join(str(step).replace("_", " ") for step in place)


def _read(file: Path) -> str:
    """The text of a treaty file, every byte of it; raises ``TreatyFileError``."""
    try:
        return read_bytes(file, LARGEST).decode("utf-8")
    except UnreadableFile as error:
        raise TreatyFileError([TreatyError(str(file), None, None, "", error.problem, error.remedy)]) from None
    except UnicodeDecodeError:
        problem, remedy = "is not UTF-8 text", "save the file as UTF-8"
        raise TreatyFileError([TreatyError(str(file), None, None, "", problem, remedy)]) from None


def _error(fault: Fault) -> FieldError:
    return FieldError(places.path_of(fault.place), fault.problem, fault.remedy)


def _error_near(fault: Fault, path: str) -> FieldError:
    """A fault at the field that was changed if it is about that or what holds it, else where it is."""
    place = places.place_of(path)
    about = place[: len(fault.place)] == fault.place and len(fault.place) > 2
    return FieldError(path, fault.problem, fault.remedy) if about else _error(fault)


def _same_block(path: str, other: str) -> bool:
    return places.place_of(path)[:2] == places.place_of(other)[:2]


def _faulty_option(content: Content, before: Content) -> Place | None:
    """The first option in which something is wrong that was not before."""
    return next((fault.place[:2] for fault in content.fresh(before) if fault.place[:1] == ("variant",)), None)
