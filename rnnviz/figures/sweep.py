"""One measure while one knob is turned, and where the knob stands."""

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn


@drawn
def sweep(
    settings: np.ndarray,
    values: np.ndarray,
    *,
    chosen: tuple[float, float] | None = None,
    color: str = style.INK,
    name: str = "value",
    chosen_title: str = "chosen",
    boundary: float | None = None,
    setting_title: str = "setting",
    value_title: str = "value",
    height: int = 260,
) -> Draft:
    """``values`` over ``settings``, a dot each; ``chosen``: the setting and value that get a ring.

    ``boundary``: a setting at which something is said to change, a dotted line. A value that is not finite is a gap,
    and neither has a ring. ValueError where there is not one value per setting.
    """
    if np.shape(settings) != np.shape(values):
        raise ValueError(f"sweep draws one value per setting; there are {np.shape(values)} for {np.shape(settings)}")
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    hover = f"{setting_title} %{{x:.3~g}}: %{{y:.2f}}<extra></extra>"
    fig.add_scatter(
        x=settings,
        y=values,
        name=style.plain(name),
        mode="lines+markers",
        line={"color": color, "width": 2.2},
        marker={"size": 7},
        hovertemplate=hover,
    )
    if chosen is not None and np.isfinite(chosen).all():
        fig.add_scatter(
            x=chosen[:1],
            y=chosen[1:],
            name=style.plain(chosen_title),
            mode="markers",
            marker={"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": color, "width": 3}},
            hovertemplate=hover,
            cliponaxis=False,
        )
    if boundary is not None:
        style.mark(fig, "x", boundary)
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    fig.update_xaxes(title={"text": setting_title, "standoff": 6}, rangemode="tozero", zeroline=False, fixedrange=True)
    fig.update_yaxes(title=style.value_title(value_title), rangemode="tozero", zeroline=True)
    return fig
