"""The three looks of the window: their colors, and nothing else."""

from dataclasses import asdict, dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Colors:
    """Semantic colors of one look, each as `#rrggbb`; `dark` says which ink drawn marks need."""

    dark: bool
    window: str
    """Behind everything."""
    surface: str
    """Cards, lists and fields."""
    sunken: str
    """Hovered rows, disabled fields, tracks."""
    text: str
    muted: str
    """Secondary text; still readable."""
    disabled: str
    border: str
    """Quiet separation."""
    control: str
    """Outlines of what can be operated; at least 3:1 against the surface."""
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_surface: str
    """Selected rows and information."""
    ok: str
    ok_surface: str
    warn: str
    warn_surface: str
    bad: str
    bad_surface: str
    on_bad: str
    focus: str


LIGHT = Colors(
    dark=False,
    window="#f4f6f8",
    surface="#ffffff",
    sunken="#e9edf1",
    text="#1a1f26",
    muted="#545e69",
    disabled="#8b949e",
    border="#d5dbe1",
    control="#7b8590",
    accent="#0a5fb4",
    accent_hover="#084f97",
    accent_pressed="#063f79",
    on_accent="#ffffff",
    accent_surface="#e2eefb",
    ok="#1a7340",
    ok_surface="#e3f5e9",
    warn="#8a5a00",
    warn_surface="#fff4d6",
    bad="#b3261e",
    bad_surface="#fdeae8",
    on_bad="#ffffff",
    focus="#0a5fb4",
)

DARK = Colors(
    dark=True,
    window="#12161b",
    surface="#1b2128",
    sunken="#262d36",
    text="#e8ecf1",
    muted="#a3adb9",
    disabled="#6d7783",
    border="#323a44",
    control="#7d8894",
    accent="#62aef7",
    accent_hover="#82c0fa",
    accent_pressed="#4a98e3",
    on_accent="#06203a",
    accent_surface="#183350",
    ok="#5fcf84",
    ok_surface="#15301f",
    warn="#e6b84a",
    warn_surface="#352b12",
    bad="#ff8d84",
    bad_surface="#401e1c",
    on_bad="#38090a",
    focus="#9accff",
)

HIGH_CONTRAST = Colors(
    dark=True,
    window="#000000",
    surface="#000000",
    sunken="#1c1c1c",
    text="#ffffff",
    muted="#e6e6e6",
    disabled="#a6a6a6",
    border="#ffffff",
    control="#ffffff",
    accent="#ffe600",
    accent_hover="#fff27a",
    accent_pressed="#d6c200",
    on_accent="#000000",
    accent_surface="#33300a",
    ok="#5cff8d",
    ok_surface="#00240d",
    warn="#ffc53d",
    warn_surface="#2b1e00",
    bad="#ff9a94",
    bad_surface="#330a08",
    on_bad="#000000",
    focus="#00e5ff",
)


def qt_palette(colors: Colors) -> QPalette:
    """The same colors as Qt's own roles, for everything the style sheet does not reach."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, colors.window),
        (roles.WindowText, colors.text),
        (roles.Base, colors.surface),
        (roles.AlternateBase, colors.sunken),
        (roles.Text, colors.text),
        (roles.Button, colors.surface),
        (roles.ButtonText, colors.text),
        (roles.BrightText, colors.bad),
        (roles.Highlight, colors.accent),
        (roles.HighlightedText, colors.on_accent),
        (roles.Accent, colors.accent),
        (roles.ToolTipBase, colors.surface),
        (roles.ToolTipText, colors.text),
        (roles.PlaceholderText, colors.muted),
        (roles.Link, colors.accent),
        (roles.LinkVisited, colors.accent),
        (roles.Mid, colors.border),
        (roles.Midlight, colors.sunken),
        (roles.Dark, colors.control),
        (roles.Light, colors.surface),
    ):
        palette.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.disabled))
    return palette


def as_values(colors: Colors) -> dict[str, str]:
    """The colors by name, as the style sheet's template wants them."""
    values = {name: str(value) for name, value in asdict(colors).items() if name != "dark"}
    return values | {"ink": "light" if colors.dark else "dark", "mark": "dark" if colors.dark else "light"}
