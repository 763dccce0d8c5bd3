"""What computes something else than its weights say is read as it is, or refused by name; never recorded wrongly."""

import copy
import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import rnnviz
from rnnviz.gradients import gradient_curves, gradient_matrix, step_jacobians
from rnnviz.memory import reveal
from rnnviz.network import Network
from rnnviz.recording import record

X = torch.linspace(-1, 1, 7 * 2 * 3).reshape(7, 2, 3)


class Clipped(nn.LSTM):
    def forward(self, x, state=None):
        y, state = super().forward(x, state)
        return y.clamp(-0.05, 0.05), state


class Named(nn.GRU):
    """Adds an attribute and a method, and computes as torch does."""

    title = "encoder"

    def last(self, x):
        return self(x)[0][-1]


def plain_lstm() -> nn.LSTM:
    torch.manual_seed(0)
    return nn.LSTM(3, 4, num_layers=2)


def weight_normed(module: nn.RNNBase) -> nn.RNNBase:
    with pytest.warns(FutureWarning):
        torch.nn.utils.weight_norm(module, "weight_hh_l0")
    with torch.no_grad():
        module.weight_hh_l0_g.mul_(3)
    return module


def parametrized(module: nn.RNNBase) -> nn.RNNBase:
    parametrizations.weight_norm(module, "weight_hh_l0")
    with torch.no_grad():
        module.parametrizations.weight_hh_l0.original0.mul_(3)
    return module


def orthogonal(module: nn.RNNBase) -> nn.RNNBase:
    return parametrizations.orthogonal(module, "weight_hh_l1")


def pruned(module: nn.RNNBase) -> nn.RNNBase:
    prune.l1_unstructured(module, "weight_hh_l0", amount=0.5)
    with torch.no_grad():
        module.weight_hh_l0_orig.mul_(3)  # as training would: the mask is applied anew in the next run
    return module


@pytest.mark.parametrize("computed", [weight_normed, parametrized, orthogonal, pruned])
@pytest.mark.parametrize("grad", [True, False])
def test_weights_that_are_computed_from_others_are_read_at_their_present_values(computed, grad):
    module = computed(plain_lstm())
    with torch.set_grad_enabled(grad):
        trace, matrix, shares = record(module, X), gradient_matrix(module, X), reveal(module, X).shares
        gradient = rnnviz.backpropagate(module, X, lambda y: y[-1].sum())
        expected = module(X)[0].detach()
    assert np.array_equal(trace.y.values, expected.numpy())
    own = plain_lstm()
    assert not np.allclose(own(X)[0].detach().numpy(), expected.numpy(), atol=1e-3)
    with torch.no_grad():
        for name, parameter in own.named_parameters():
            parameter.copy_(getattr(module, name))
    for ours, theirs in (
        (trace.y, record(own, X).y),
        (matrix, gradient_matrix(own, X)),
        (shares, reveal(own, X).shares),
        (gradient.x, rnnviz.backpropagate(own, X, lambda y: y[-1].sum()).x),
    ):
        np.testing.assert_allclose(ours.values, theirs.values, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("computed", "way_out"),
    [(weight_normed, "remove_weight_norm"), (parametrized, "remove_parametrizations"), (pruned, "prune.remove")],
)
def test_weights_that_are_computed_from_others_cannot_be_shared(computed, way_out):
    with pytest.raises(ValueError, match=rf"weight_hh_l0 of this \w+ is not a parameter.*{way_out}"):
        rnnviz.from_torch(computed(plain_lstm()))


def test_a_parametrization_that_is_another_at_each_reading_is_refused_and_left_as_it_was():
    module = parametrizations.spectral_norm(plain_lstm(), "weight_hh_l0")
    before = copy.deepcopy(module.state_dict())
    with pytest.raises(ValueError, match=r"another weight at every reading; call module.eval\(\)"):
        record(module, X)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert np.array_equal(record(module.eval(), X).y.values, module(X)[0].detach().numpy())


def test_a_subclass_that_only_adds_is_read_as_what_it_is():
    module = Named(3, 4)
    assert np.array_equal(record(module, X).y.values, module(X)[0].detach().numpy())


def hooked(module: nn.Module, pre: bool = False) -> nn.Module:
    def halve(module, given, returned=None):
        return None

    (module.register_forward_pre_hook if pre else module.register_forward_hook)(halve)
    return module


def patched(module: nn.Module) -> nn.Module:
    module.forward = lambda x, state=None: (x, x)
    return module


def quietly(make: Callable[[], nn.Module]) -> nn.Module:
    """For what torch itself calls deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make()


OTHERS = {
    "own forward": (
        lambda: Clipped(3, 4),
        TypeError,
        r"this Clipped computes with a forward of its own.*plain torch.nn",
    ),
    "patched forward": (lambda: patched(nn.GRU(3, 4)), TypeError, "this GRU computes with a forward of its own"),
    "hook": (lambda: hooked(nn.LSTM(3, 4)), ValueError, r"this LSTM has the forward hook 'halve'.*handle.remove\(\)"),
    "pre-hook": (lambda: hooked(nn.RNN(3, 4), pre=True), ValueError, "this RNN has the forward hook 'halve'"),
    "wrapped": (lambda: nn.DataParallel(nn.Linear(3, 4)), TypeError, "not "),
    "elsewhere": (lambda: nn.LSTM(3, 4, device="meta"), TypeError, "on meta"),
    "hooked network": (lambda: hooked(Network("GRU", 3, 4)), ValueError, "this Network has the forward hook"),
    "no model": (lambda: None, TypeError, "not NoneType"),
}


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize(
    "analysis",
    [
        record,
        lambda model, x: rnnviz.backpropagate(model, x, lambda y: y[-1].sum()),
        lambda model, x: gradient_curves(model, x, lambda y: y[-1].sum()),
        gradient_matrix,
        step_jacobians,
        reveal,
        lambda model, x: rnnviz.from_torch(model),
    ],
    ids=["record", "backpropagate", "gradient_curves", "gradient_matrix", "step_jacobians", "reveal", "from_torch"],
)
def test_a_model_that_computes_otherwise_is_refused_by_name_with_the_way_out(case, analysis):
    build_model, error, message = OTHERS[case]
    model = build_model()
    if isinstance(model, Network) and analysis.__name__ == "<lambda>":
        error, message = (TypeError, ValueError), "is a Network already|" + message
    with pytest.raises(error, match=message):
        analysis(model, X)


# All analyses read what these stand for (test_plain_modules.py), but weights in other forms cannot be shared.
FORMS = {
    "scripted": (
        lambda: quietly(lambda: torch.jit.script(nn.LSTM(3, 4))),
        TypeError,
        "not RecursiveScriptModule; it is scripted",
    ),
    "quantised": (
        lambda: quietly(lambda: torch.ao.nn.quantized.dynamic.LSTM(3, 4)),
        TypeError,
        r"not torch.ao.nn.quantized.*LSTM; it is quantised",
    ),
    "half precision": (lambda: nn.LSTM(3, 4).half(), TypeError, r"are torch.float16 on cpu.*model.float\(\)"),
}


@pytest.mark.parametrize("form", FORMS)
def test_weights_of_other_forms_cannot_be_shared(form):
    build_model, error, message = FORMS[form]
    with pytest.raises(error, match=message):
        rnnviz.from_torch(build_model())


class OptimizedModule(nn.Module):
    """Called as what torch.compile returns, for to load torch's compiler takes longer than all these tests."""


def test_a_compiled_module_is_refused_with_the_way_out():
    module = nn.LSTM(3, 4)
    with pytest.raises(TypeError, match=r"not OptimizedModule; .*compiled\._orig_mod"):
        record(OptimizedModule(), X)
    record(module, X)
    module._compiled_call_impl = module._call_impl  # all that module.compile() leaves on it
    with pytest.raises(TypeError, match="compiled in place"):
        rnnviz.from_torch(module)


def test_a_network_with_a_hook_inside_or_a_parametrized_cell_is_refused():
    network = Network("GRU", 3, 4, output_size=2)
    handle = network.readout.register_forward_hook(lambda module, given, returned: 2 * returned)
    with pytest.raises(ValueError, match="this Network has the forward hook"):
        record(network, X)
    handle.remove()
    record(network, X)
    parametrizations.weight_norm(network.layers[0][0], "weight_hh")
    with pytest.raises(ValueError, match=r"weight_hh of this Network's ParametrizedGRU .*remove_parametrizations"):
        record(network, X)
    parametrize.remove_parametrizations(network.layers[0][0], "weight_hh")
    record(network, X)


def test_under_autocast_nothing_but_a_recording_is_computed():
    with torch.autocast("cpu"), pytest.raises(ValueError, match="leave the autocast block"):
        step_jacobians(nn.LSTM(3, 4), X)
