"""What the stage itself says, in the visitor's language; what a panel says comes with the panel."""

from __future__ import annotations

from rnnviz.app.i18n import _


def strings() -> dict[str, str]:
    return {
        "pictures": _("Pictures"),
        "slider": _("time step"),
        "step": _("step {t} of {steps}"),
        "play": _("Play"),
        "replay": _("Replay"),
        "pause": _("Pause"),
        "speed": _("Speed"),
        "keys": _("← → step · space plays"),
        "snapshot": _("training step"),
        "snapshot_keys": _("Shift ← →"),
        "copy": _("Copy link"),
        "save": _("Save this page as a file"),
        "copied": _("The link to this page is copied."),
        "copy_by_hand": _("The link to this page: copy it from this field."),
        "failed": _("This view failed and stands still; the others go on. Reload the page to have it back."),
        "flat": _(
            "This picture is drawn in space, which needs WebGL, and this browser does not offer it. "
            "The same points and the same path stand in the plane beside it."
        ),
        "unknown": _("unknown word"),
        "start": _("the state before the first step: zero"),
        "word": _("word"),
        "unit": _("unit"),
        "unit_before": _("previous unit"),
        "unit_after": _("next unit"),
        "numbers": _("numbers"),
        "at_cursor": _("at the cursor:"),
        "colon": _(": "),
        "comma": _(", "),
        "apply": _("Press Enter to apply"),
        "choose_file": _("Choose a file, or drop it here"),
        "take": _("Save this picture or its numbers"),
        "gif": _("Animation (GIF)"),
        "stop": _("Stop"),
        "svg": _("Picture (SVG)"),
        "png": _("Picture (PNG)"),
        "csv": _("Numbers (CSV)"),
        "scenes": _("Scenes"),
        "scene": _("Scene {k} of {count}"),
        "next": _("Next"),
        "back": _("Back"),
    }
