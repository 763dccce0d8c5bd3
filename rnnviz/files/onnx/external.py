"""Tensors of an .onnx file that stand in a file beside it, as exporters write them for large models."""

from __future__ import annotations

from pathlib import Path

from onnx import ModelProto, external_data_helper
from onnx.external_data_helper import ExternalDataInfo

from rnnviz.files.content import Content
from rnnviz.refusals import Refused


def fetch_tensors_beside(model: ModelProto, content: Content) -> None:
    """Read them into ``model``: only files in the very folder of the .onnx file, of a size within the limit."""
    tensors = [t for t in external_data_helper._get_all_tensors(model) if external_data_helper.uses_external_data(t)]
    names = sorted({ExternalDataInfo(tensor).location for tensor in tensors})
    if not names:
        return
    beside = {name: content.folder / name for name in names if content.folder and Path(name).name == name}
    missing = [name for name in names if name not in beside or not beside[name].is_file() or beside[name].is_symlink()]
    if missing:
        raise Refused(
            "{file} keeps its weights in another file, {other}, which is not beside it. Make it one file: "
            'onnx.save(onnx.load(path), "one.onnx").',
            file=content.name,
            other=missing[0][:80],
        )
    content.refuse_beyond(len(content.data) + sum(path.stat().st_size for path in beside.values()))
    external_data_helper.load_external_data_for_model(model, str(content.folder))
