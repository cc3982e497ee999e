"""Write what PyTorch computes, for the tests to compare with.

    python tests/package/make_golden.py

PyTorch is needed for this alone, and no test needs it: the numbers are kept
in `golden/`. Everything is float64.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np

try:
    import torch
    from torch.nn import functional
    from torch.optim import lr_scheduler
except ImportError:  # pytest looks for doctests here, PyTorch or not
    torch = None

FOLDER = Path(__file__).resolve().parent / "golden"
STEPS = 120
KEPT = [1, 2, 3, *range(10, STEPS + 1, 10)]
CURVES = [0.5, 2.0, 5.0]  # of the bowl that the optimizers go down


def tensor(values, grad=True):
    return torch.tensor(values, dtype=torch.float64, requires_grad=grad)


def numbers(array):
    return array.detach().numpy().tolist()


def away_from_zero(rng, shape):
    """Normal numbers, none of them where ReLU and Step have a kink."""
    values = rng.standard_normal(shape)
    return (values + 0.1 * np.sign(values)).tolist()


def activations(rng):
    """Outputs and gradients of the activations of chapter 4."""
    functions = {
        "Step": lambda z: (z > 0).double() + 0 * z,
        "Linear": lambda z: z * 1,
        "Sigmoid": torch.sigmoid,
        "Tanh": torch.tanh,
        "ReLU": torch.relu,
        "Softmax": lambda z: torch.softmax(z, dim=-1),
    }
    found = {}
    for name, function in functions.items():
        inputs = tensor(away_from_zero(rng, (5, 4)))
        d_outputs = tensor(rng.standard_normal((5, 4)).tolist(), grad=False)
        outputs = function(inputs)
        outputs.backward(d_outputs)
        found[name] = {
            "inputs": numbers(inputs),
            "d_outputs": numbers(d_outputs),
            "outputs": numbers(outputs),
            "d_inputs": numbers(inputs.grad),
        }
    return found


def dense(rng):
    """Outputs and gradients of a dense layer, laid out as ours is."""
    inputs = tensor(rng.standard_normal((5, 4)).tolist())
    weights = tensor(rng.standard_normal((4, 3)).tolist())
    biases = tensor(rng.standard_normal((1, 3)).tolist())
    d_outputs = tensor(rng.standard_normal((5, 3)).tolist(), grad=False)
    outputs = functional.linear(inputs, weights.T, biases[0])
    outputs.backward(d_outputs)
    return {
        "inputs": numbers(inputs),
        "weights": numbers(weights),
        "biases": numbers(biases),
        "d_outputs": numbers(d_outputs),
        "outputs": numbers(outputs),
        "d_inputs": numbers(inputs.grad),
        "d_weights": numbers(weights.grad),
        "d_biases": numbers(biases.grad),
    }


def losses(rng):
    """Both losses, and the gradients for what goes into them."""
    labels = rng.integers(3, size=6)
    logits = tensor((3 * rng.standard_normal((6, 3))).tolist())
    together = functional.cross_entropy(logits, torch.from_numpy(labels))
    together.backward()
    rows = torch.softmax(logits.detach(), dim=1)
    probabilities = rows.clone().requires_grad_()
    apart = functional.nll_loss(
        torch.log(probabilities.clamp(min=1e-7)), torch.from_numpy(labels)
    )
    apart.backward()
    return {
        "labels": labels.tolist(),
        "logits": numbers(logits),
        "loss": together.item(),
        "d_logits": numbers(logits.grad),
        "probabilities": numbers(rows),
        "loss_apart": apart.item(),
        "d_probabilities": numbers(probabilities.grad),
    }


def regression_losses():
    """The losses of a quantity, for three outputs per sample."""
    rng = np.random.default_rng(17)
    targets = tensor(rng.standard_normal((6, 3)).tolist(), grad=False)
    kinds = {
        "MeanSquaredError": functional.mse_loss,
        "MeanAbsoluteError": functional.l1_loss,
        "Huber": lambda a, b: functional.huber_loss(a, b, delta=0.5),
    }
    found = {"targets": numbers(targets), "delta": 0.5}
    values = rng.standard_normal((6, 3)).tolist()
    for name, loss in kinds.items():
        outputs = tensor(values)
        mean = loss(outputs, targets)
        mean.backward()
        found[name] = {
            "outputs": values,
            "loss": mean.item(),
            "d_outputs": numbers(outputs.grad),
        }
    return found


def binary_losses():
    """Both binary losses, for three questions per sample."""
    rng = np.random.default_rng(16)
    targets = tensor(rng.integers(2, size=(6, 3)).tolist(), grad=False)
    logits = tensor((3 * rng.standard_normal((6, 3))).tolist())
    fused = functional.binary_cross_entropy_with_logits
    together = fused(logits, targets)
    together.backward()
    probabilities = torch.sigmoid(logits.detach()).requires_grad_()
    apart = functional.binary_cross_entropy(probabilities, targets)
    apart.backward()
    samples = fused(logits.detach(), targets, reduction="none").mean(dim=1)
    far = tensor([[-1e4], [-800.0], [800.0], [1e4]])
    ones = torch.ones_like(far)
    far_loss = fused(far, ones)
    far_loss.backward()
    return {
        "targets": targets.int().tolist(),
        "logits": numbers(logits),
        "loss": together.item(),
        "samples": numbers(samples),
        "d_logits": numbers(logits.grad),
        "probabilities": numbers(probabilities),
        "loss_apart": apart.item(),
        "d_probabilities": numbers(probabilities.grad),
        "far": numbers(far),
        "far_loss": far_loss.item(),
        "d_far": numbers(far.grad),
    }


def normalization():
    """The normalizing parts: passes, gradients, running numbers."""
    rng = np.random.default_rng(25)
    nn, found = torch.nn, {}
    made = {
        "BatchNorm": (lambda: nn.BatchNorm1d(3), (6, 3)),
        "BatchNorm of pictures": (lambda: nn.BatchNorm2d(3), (2, 3, 2, 2)),
        "LayerNorm": (lambda: nn.LayerNorm(3), (6, 3)),
        "LayerNorm of sequences": (lambda: nn.LayerNorm(3), (2, 3, 3)),
        "RMSNorm": (lambda: nn.RMSNorm(3, eps=1e-5), (6, 3)),
    }
    for name, (make, shape) in made.items():
        part = make().double()
        for value in part.parameters():
            value.data = tensor(rng.standard_normal(3).tolist(), grad=False)
        values = 2 + 3 * rng.standard_normal((3, *shape))
        d_outputs = rng.standard_normal(shape)
        found[name] = {
            "gains": numbers(part.weight),
            "biases": numbers(part.bias) if hasattr(part, "bias") else None,
            "d_outputs": d_outputs.tolist(),
            "passes": normalized(part, values, torch.from_numpy(d_outputs)),
        }
    return found


def normalized(part, values, d_outputs):
    """Two passes in training, and one with the running numbers."""
    passes = []
    for training, batch in zip((True, True, False), values, strict=True):
        part.train(training).zero_grad()
        inputs = tensor(batch.tolist())
        outputs = part(inputs)
        outputs.backward(d_outputs)
        found = {"outputs": outputs, "d_inputs": inputs.grad}
        found |= {f"d_{n}": p.grad for n, p in part.named_parameters()}
        found |= {
            name: value
            for name, value in part.named_buffers()
            if name.startswith("running")
        }
        passes.append(
            {
                "training": training,
                "inputs": batch.tolist(),
                **{name: numbers(value) for name, value in found.items()},
            }
        )
    return passes


def network(rng):
    """Loss and all gradients of dense, tanh, dense, ReLU, dense, loss."""
    sizes = [3, 5, 4, 3]
    inputs = tensor(rng.standard_normal((7, 3)).tolist())
    labels = rng.integers(3, size=7)
    weights = [
        tensor(rng.standard_normal(shape).tolist())
        for shape in itertools.pairwise(sizes)
    ]
    biases = [tensor(rng.standard_normal((1, n)).tolist()) for n in sizes[1:]]
    hidden = torch.tanh(inputs @ weights[0] + biases[0])
    hidden = torch.relu(hidden @ weights[1] + biases[1])
    logits = hidden @ weights[2] + biases[2]
    loss = functional.cross_entropy(logits, torch.from_numpy(labels))
    loss.backward()
    return {
        "inputs": numbers(inputs),
        "labels": labels.tolist(),
        "weights": [numbers(w) for w in weights],
        "biases": [numbers(b) for b in biases],
        "loss": loss.item(),
        "d_inputs": numbers(inputs.grad),
        "d_weights": [numbers(w.grad) for w in weights],
        "d_biases": [numbers(b.grad) for b in biases],
    }


def still(rate):
    """An optimizer that has a rate, for a schedule to change."""
    return torch.optim.SGD([tensor([0.0])], lr=rate)


def schedules():
    """The rate of each schedule at each step."""
    found = {}
    optimizer = still(0.1)
    warm = lr_scheduler.LinearLR(optimizer, 1 / 11, 1, total_iters=10)
    after = lr_scheduler.CosineAnnealingLR(optimizer, STEPS - 10)
    made = {
        "Constant": lr_scheduler.ConstantLR(still(0.1), 1, 1),
        "StepDecay": lr_scheduler.StepLR(still(0.1), 30, 0.5),
        "InverseTimeDecay": lr_scheduler.LambdaLR(
            still(0.1), lambda step: 1 / (1 + 0.02 * step)
        ),
        "ExponentialDecay": lr_scheduler.ExponentialLR(still(0.1), 0.97),
        "CosineDecay": lr_scheduler.CosineAnnealingLR(
            still(0.1), STEPS, eta_min=0.001
        ),
        "OneCycle": lr_scheduler.OneCycleLR(
            still(0.1),
            max_lr=0.1,
            total_steps=STEPS,
            pct_start=0.3,
            div_factor=25,
            final_div_factor=1e4,
        ),
        "WarmUp": lr_scheduler.SequentialLR(optimizer, [warm, after], [10]),
    }
    for name, schedule in made.items():
        rates = []
        for _ in range(STEPS):
            rates.append(schedule.get_last_lr()[0])
            schedule.optimizer.step()
            if len(rates) < STEPS:
                schedule.step()
        found[name] = rates
    return found


def gradient(value, step):
    """A bowl's slope and a wave that no two entries share."""
    places = np.arange(value.size).reshape(value.shape)
    return value * np.array(CURVES) + np.sin(1.3 * step + places)


def path(make):
    """The values after some of the steps of a PyTorch optimizer."""
    values = [tensor([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])]
    values.append(tensor([[-1.0, 2.0, 0.25]]))
    optimizer, rates = make(values)
    kept = []
    for step in range(1, STEPS + 1):
        if rates:
            optimizer.param_groups[0]["lr"] = rates[step - 1]
        for value in values:
            slope = gradient(value.detach().numpy(), step)
            value.grad = torch.from_numpy(slope)
        optimizer.step()
        if step in KEPT:
            kept.append([numbers(value) for value in values])
    return kept


def optimizers(rates):
    """The paths of all optimizers, and of some under each schedule."""
    optim = torch.optim
    made = {
        "SGD": lambda v: (optim.SGD(v, lr=0.1), None),
        "Momentum": lambda v: (optim.SGD(v, lr=0.02, momentum=0.9), None),
        "Nesterov": lambda v: (
            optim.SGD(v, lr=0.02, momentum=0.9, nesterov=True),
            None,
        ),
        "AdaGrad": lambda v: (optim.Adagrad(v, lr=0.3, eps=1e-7), None),
        "RMSProp": lambda v: (
            optim.RMSprop(v, lr=0.05, alpha=0.9, eps=1e-7),
            None,
        ),
        "Adam": lambda v: (optim.Adam(v, lr=0.1, eps=1e-7), None),
        "AdamW": lambda v: (
            optim.AdamW(v, lr=0.1, eps=1e-7, weight_decay=0.1),
            None,
        ),
    }
    for name, each in rates.items():
        made[f"SGD, {name}"] = lambda v, r=each: (optim.SGD(v, lr=0.1), r)
        made[f"Adam, {name}"] = lambda v, r=each: (
            optim.Adam(v, lr=0.1, betas=(0.8, 0.95), eps=1e-3),
            r,
        )
        made[f"AdamW, {name}"] = lambda v, r=each: (
            optim.AdamW(v, lr=0.1, eps=1e-7, weight_decay=0.1),
            r,
        )
    return {name: path(make) for name, make in made.items()}


# in channels, filters, size; rows, columns; padding, stride, dilation
CONVOLUTIONS = [
    (1, 2, 3, 7, 6, 0, 1, 1),
    (2, 3, 3, 7, 6, 1, 1, 1),
    (3, 2, 2, 8, 7, 0, 2, 1),
    (2, 2, 3, 9, 8, 2, 2, 2),
    (2, 4, 1, 5, 5, 0, 3, 1),
]
POOLS = {  # size, stride
    "MaxPool2D": [(2, 2), (3, 2), (3, 1)],
    "MeanPool2D": [(2, 2), (3, 2), (3, 1)],
}


def convolutions():
    """Outputs and gradients of convolutions and of pooling."""
    rng = np.random.default_rng(26)
    found = {"Conv2D": [], "MaxPool2D": [], "MeanPool2D": []}
    for n_in, n_out, size, high, wide, *steps in CONVOLUTIONS:
        given = {
            "inputs": tensor(rng.standard_normal((2, n_in, high, wide))),
            "weights": tensor(rng.standard_normal((n_out, n_in, size, size))),
            "biases": tensor(rng.standard_normal(n_out)),
        }
        padding, stride, dilation = steps
        outputs = functional.conv2d(
            *given.values(), padding=padding, stride=stride, dilation=dilation
        )
        found["Conv2D"].append(both_ways(given, outputs, rng))
        found["Conv2D"][-1]["steps"] = steps
    kinds = {
        "MaxPool2D": functional.max_pool2d,
        "MeanPool2D": functional.avg_pool2d,
    }
    for name, pool in kinds.items():
        for size, stride in POOLS[name]:
            # Few values, so that there are ties.
            values = rng.integers(4, size=(2, 2, 7, 6)).astype(float)
            given = {"inputs": tensor(values)}
            outputs = pool(given["inputs"], size, stride)
            found[name].append(both_ways(given, outputs, rng))
            found[name][-1]["size"], found[name][-1]["stride"] = size, stride
    return found


def both_ways(given, outputs, rng):
    """Return what went in and came out, and all gradients."""
    d_outputs = tensor(rng.standard_normal(outputs.shape), grad=False)
    outputs.backward(d_outputs)
    found = {"outputs": numbers(outputs), "d_outputs": numbers(d_outputs)}
    for name, value in given.items():
        found[name] = numbers(value)
        found[f"d_{name}"] = numbers(value.grad)
    return found


def recurrent():
    """A recurrent layer: last or all states, of equal or unequal lengths."""
    rng, found = np.random.default_rng(28), {}
    for name, lengths in {
        "last": None,
        "all": None,
        "unequal": [2, 5, 1, 4],
        "unequal, all": [2, 5, 1, 4],
    }.items():
        layer = torch.nn.RNN(3, 4, batch_first=True).double()
        weights, state_weights, biases, others = layer.parameters()
        for value in (weights, state_weights, biases):
            drawn = rng.standard_normal(value.shape).tolist()
            value.data = tensor(drawn, grad=False)
        others.data.zero_()  # it has two rows of biases, and adds them
        inputs = tensor(rng.standard_normal((4, 5, 3)).tolist())
        outputs = recurrent_outputs(layer, inputs, lengths, "all" in name)
        drawn = rng.standard_normal(outputs.shape).tolist()
        d_outputs = tensor(drawn, grad=False)
        outputs.backward(d_outputs)
        found[name] = {
            "inputs": numbers(inputs),
            "lengths": lengths,
            "weights": numbers(weights.T),
            "state_weights": numbers(state_weights.T),
            "biases": numbers(biases),
            "outputs": numbers(outputs),
            "d_outputs": numbers(d_outputs),
            "d_inputs": numbers(inputs.grad),
            "d_weights": numbers(weights.grad.T),
            "d_state_weights": numbers(state_weights.grad.T),
            "d_biases": [numbers(biases.grad)],
        }
    return found


def recurrent_outputs(layer, inputs, lengths, every):
    """What PyTorch's layer says: all states, or the last ones."""
    if lengths is None:
        states, last = layer(inputs)
        return states if every else last[0]
    rows = torch.nn.utils.rnn
    parcel = rows.pack_padded_sequence(
        inputs, lengths, batch_first=True, enforce_sorted=False
    )
    states, last = layer(parcel)
    if every:
        return rows.pad_packed_sequence(states, batch_first=True)[0]
    return last[0]


def gated():
    """LSTM and GRU: last or all states, of equal or unequal lengths."""
    rng, found = np.random.default_rng(29), {}
    for kind, name in itertools.product(
        ("LSTM", "GRU"), ("last", "all", "unequal", "unequal, all")
    ):
        layer = getattr(torch.nn, kind)(3, 4, batch_first=True).double()
        for value in layer.parameters():
            drawn = rng.standard_normal(value.shape).tolist()
            value.data = tensor(drawn, grad=False)
        lengths = [2, 5, 1, 4] if "unequal" in name else None
        inputs = tensor(rng.standard_normal((4, 5, 3)).tolist())
        outputs = gated_outputs(layer, inputs, lengths, "all" in name)
        drawn = rng.standard_normal(outputs.shape).tolist()
        d_outputs = tensor(drawn, grad=False)
        outputs.backward(d_outputs)
        found[f"{kind}, {name}"] = {
            "inputs": numbers(inputs),
            "lengths": lengths,
            "outputs": numbers(outputs),
            "d_outputs": numbers(d_outputs),
            "d_inputs": numbers(inputs.grad),
        } | {
            prefix + key: numbers(getattr(value, "grad" if prefix else "data"))
            for prefix in ("", "d_")
            for key, value in layer.named_parameters()
        }
    return found


def gated_outputs(layer, inputs, lengths, every):
    """What PyTorch's layer says: all states, or the last ones."""
    rows = torch.nn.utils.rnn
    if lengths is not None:
        inputs = rows.pack_padded_sequence(
            inputs, lengths, batch_first=True, enforce_sorted=False
        )
    states, last = layer(inputs)
    last = last[0] if isinstance(last, tuple) else last
    if not every:
        return last[0]
    if lengths is not None:
        return rows.pad_packed_sequence(states, batch_first=True)[0]
    return states


def attention():
    """Attention of two heads, and a block around it with norms in front."""
    rng, found, nn = np.random.default_rng(31), {}, torch.nn
    lengths = [2, 4, 1]
    real = torch.arange(4) < torch.tensor(lengths)[:, None]
    later = torch.ones(4, 4).triu(1).bool()  # here True is hidden
    for name in ("all", "causal", "unequal", "unequal, causal"):
        how = {
            "attn_mask": later if "causal" in name else None,
            "key_padding_mask": ~real if "unequal" in name else None,
        }
        layer = nn.MultiheadAttention(4, 2, batch_first=True).double()
        found[name] = attended(
            layer,
            rng,
            lambda x, layer=layer, how=how: layer(
                x, x, x, average_attn_weights=False, **how
            ),
        ) | {"lengths": lengths if "unequal" in name else None}
    block = nn.TransformerEncoderLayer(
        *(4, 2, 16, 0.0),
        activation=lambda x: functional.gelu(x, approximate="tanh"),
        batch_first=True,
        norm_first=True,
    ).double()
    found["block"] = attended(
        block, rng, lambda x: (block(x, src_mask=later), None)
    )
    return found


def attended(layer, rng, run):
    """What a layer makes of numbers, with random parameters."""
    for value in layer.parameters():
        drawn = rng.standard_normal(value.shape).tolist()
        value.data = tensor(drawn, grad=False)
    inputs = tensor(rng.standard_normal((3, 4, 4)).tolist())
    d_outputs = tensor(rng.standard_normal((3, 4, 4)).tolist(), grad=False)
    outputs, shares = run(inputs)
    outputs.backward(d_outputs)
    return {
        "inputs": numbers(inputs),
        "outputs": numbers(outputs),
        "shares": None if shares is None else numbers(shares),
        "d_outputs": numbers(d_outputs),
        "d_inputs": numbers(inputs.grad),
    } | {
        prefix + key: numbers(getattr(value, "grad" if prefix else "data"))
        for prefix in ("", "d_")
        for key, value in layer.named_parameters()
    }


def everything():
    """All golden numbers, by the name of their file."""
    rng = np.random.default_rng(2026)
    rates = schedules()
    return {
        "activations": activations(rng),
        "dense": dense(rng),
        "losses": losses(rng),
        "binary_losses": binary_losses(),
        "regression_losses": regression_losses(),
        "normalization": normalization(),
        "network": network(rng),
        "convolutions": convolutions(),
        "recurrent": recurrent(),
        "gated": gated(),
        "attention": attention(),
        "schedules": rates,
        "optimizers": {"kept": KEPT, "paths": optimizers(rates)},
    }


def main():
    if torch is None:
        print("make_golden.py needs PyTorch: pip install torch")
        return 1
    FOLDER.mkdir(exist_ok=True)
    for name, content in everything().items():
        text = json.dumps({"torch": torch.__version__, name: content})
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
