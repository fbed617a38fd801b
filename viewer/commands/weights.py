"""`fourview weights`: what is there, what is missing, and bringing it here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from models.catalog import CARDS, ModelCard, PublishedWeights
from models.errors import Cancelled, FourviewError, ModelError, TermsNotAcceptedError
from models.progress import CancelToken
from models.rooms import card_of_model, own_models
from models.store.install import MIRROR, Installed, import_file, install, mirror
from models.store.shelf import Holding, holdings, remove, verify
from models.store.terms import accept
from models.weights import user_folder
from viewer.commands.progress_line import ProgressLine
from viewer.commands.told import tell

_MB = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `run`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is installed and what is missing")
    listing.add_argument("--json", action="store_true", help="as JSON, with terms and addresses")
    bringing = actions.add_parser(
        "install", help="fetch released files from their authors or a mirror"
    )
    bringing.add_argument(
        "names",
        nargs="+",
        metavar="MODEL[.FILE][:VARIANT]",
        help="as `weights list` names them: glam, glam:model_joint, density.histogram",
    )
    bringing.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="FOLDER|URL",
        help=f"a mirror instead of the authors' pages (default: {MIRROR}, if set)",
    )
    importing = actions.add_parser("import", help="take over files that you have downloaded")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument(
        "--as", dest="name", default="", metavar="MODEL[.FILE]", help="what the files are"
    )
    for each in (bringing, importing):
        each.add_argument(
            "--accept-terms",
            action="store_true",
            help="agree to what the authors ask, without being asked",
        )
    verifying = actions.add_parser("verify", help="check digests, and that the files work")
    removing = actions.add_parser("remove", help="delete files from the folder of weights")
    verifying.add_argument("names", nargs="*", metavar="MODEL[.FILE]")
    removing.add_argument("names", nargs="+", metavar="MODEL[.FILE]")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 0 when all was done, 1 when something could not be."""
    try:
        return _ACTIONS[args.action](args)
    except KeyboardInterrupt:
        print("\nStopped. What has arrived is kept for the next time.", file=sys.stderr)
    except FourviewError as error:
        print(error, file=sys.stderr)
    return 1


def _list(args: argparse.Namespace) -> int:
    held = holdings(CARDS.values(), user_folder())
    if args.json:
        tell(json.dumps([_entry(each) for each in held], indent=1, ensure_ascii=False))
        return 0
    width = max(len(each.key) for each in held)
    for each in held:
        tell(f"{each.key:{width}}  {_state(each)}")
    for own in own_models():
        tell(f"{own.id:{width}}  from the package {own.package} {own.version}, not loaded")
    tell(f"\nThe folder of weights is {user_folder()}")
    return 0


def _state(held: Holding) -> str:
    if held.fault:
        return f"cannot be used: {held.fault}"
    if held.path is None:
        optional = "" if held.role.needed else ", may be left out"
        return f"missing{optional} ({held.role.what})"
    return f"{held.variant}, {held.path.name}, {held.size_bytes / _MB:.1f} MB"


def _entry(held: Holding) -> dict[str, object]:
    card = held.card
    return {
        "name": held.key,
        "model": card.name,
        "what": held.role.what,
        "needed": held.role.needed,
        "file": None if held.path is None else str(held.path),
        "variant": held.variant,
        "sha256": held.sha256,
        "fault": held.fault,
        "terms": card.terms,
        "terms_url": card.terms_url,
        "terms_accepted": held.accepted,
        "released": [
            {"variant": one.variant, "file": one.file_name, "address": one.address}
            for one in card.released(held.role.id)
        ],
    }


def _install(args: argparse.Namespace) -> int:
    line = ProgressLine(sys.stderr, len(args.names), "file")
    wanted = [_released(name) for name in args.names]
    failed = False
    for number, (card, published) in enumerate(wanted, start=1):
        line.begin(number)

        def bring(card: ModelCard = card, published: PublishedWeights = published) -> Installed:
            return install(
                card,
                published,
                user_folder(),
                source=args.source or mirror(),
                report=line.report,
                cancel=CancelToken(),
            )

        failed = not _done(bring, line, args.accept_terms) or failed
    return int(failed)


def _import(args: argparse.Namespace) -> int:
    line = ProgressLine(sys.stderr, len(args.files), "file")
    card, role = _named(args.name) if args.name else (None, None)
    failed = False
    for number, path in enumerate(args.files, start=1):
        line.begin(number)

        def bring(path: Path = path) -> Installed:
            return import_file(
                path,
                CARDS.values() if card is None else (card,),
                user_folder(),
                role=role,
                report=line.report,
            )

        failed = not _done(bring, line, args.accept_terms) or failed
    return int(failed)


def _done(bring: Callable[[], Installed], line: ProgressLine, agrees: bool) -> bool:
    """Bring one file, asking about terms once; says what happened."""
    try:
        try:
            installed = bring()
        except TermsNotAcceptedError as error:
            line.clear()
            card = card_of_model(error.model)
            if not (agrees or _agrees(card)):
                line.say(f"{error} Agree with --accept-terms.")
                return False
            accept(card, user_folder())
            installed = bring()
    except Cancelled:
        raise
    except ModelError as error:
        line.say(str(error))
        return False
    there = "is ready" if installed.new else "was there already"
    line.say(f"{installed.fit.key} ({installed.variant}) {there}: {installed.path}")
    return True


def _agrees(card: ModelCard) -> bool:
    """Ask on the terminal; nobody agrees by silence or in a script."""
    if not sys.stdin.isatty():
        return False
    tell(f"{card.name}\n{card.citation}\n\n{card.terms}\nThe authors' own words: {card.terms_url}")
    return input("Do you agree? Type yes: ").strip().lower() == "yes"


def _verify(args: argparse.Namespace) -> int:
    present = [each for each in _selected(args.names) if args.names or each.path is not None]
    if not present:
        tell("Nothing is installed.")
    failed = False
    for held in present:
        try:
            tell(f"{held.key}: {verify(held)}")
        except ModelError as error:
            failed = True
            print(f"{held.key}: {error}", file=sys.stderr)
    return int(failed)


def _remove(args: argparse.Namespace) -> int:
    failed = False
    for name in args.names:
        present = [each for each in _selected([name]) if each.path is not None]
        if not present:
            print(f"There are no weights of {name} to remove.", file=sys.stderr)
            failed = True
        for held in present:
            remove(held)
            tell(f"{held.key}: {held.path} is removed")
    return int(failed)


def _selected(names: Sequence[str]) -> list[Holding]:
    """The files that these names speak of; those of all our models where there are none."""
    if not names:
        return list(holdings(CARDS.values(), user_folder()))
    found = []
    for name in names:
        card, role = _named(name)
        held = holdings((card,), user_folder())
        found += [each for each in held if role in (None, each.role.id)]
    return found


def _named(name: str) -> tuple[ModelCard, str | None]:
    """`mass.breast` → the card and the role; `mass` → any role.

    A model from outside is loaded, since it was asked for by its name.
    """
    model, dot, role = name.partition(".")
    known = (*CARDS, *(own.id for own in own_models()))
    if model not in known:
        raise ModelError(f"No model is called {model}: choose {', '.join(known)}.")
    card = CARDS[model] if model in CARDS else card_of_model(model)
    if dot and card.role(role) is None:
        names = ", ".join(card.key(each.id) for each in card.roles)
        raise ModelError(f"{card.name} has no file {role}: choose {names}.")
    return card, role if dot else None


def _released(name: str) -> tuple[ModelCard, PublishedWeights]:
    """`glam:model_joint` → the card and the released file, the preferred one without a variant."""
    stem, _, variant = name.partition(":")
    card, role = _named(stem)
    files = [
        one for one in card.weights if role in (None, one.role) and variant in ("", one.variant)
    ]
    if not files:
        names = ", ".join(one.variant for one in card.weights if role in (None, one.role))
        choice = f"choose {names}" if names else card.obtain.rstrip(".")
        raise ModelError(f"{card.name} has no released weights {variant}: {choice}.")
    return card, files[0]


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "install": _install,
    "import": _import,
    "verify": _verify,
    "remove": _remove,
}
