"""The derivatives of chapter 7, held to the page and to small steps."""

import cmath
import itertools
import math

import numpy as np
import pytest

from claims import derivation
from nnfs_code.gradient_check import (
    complex_step,
    forward_difference,
    numerical_derivative,
)

PLACES = (0.3, 0.9, 1.7, 2.6)


def agree(function, formula, places=PLACES):
    """Hold a formula to central differences, and see 1 % beside it."""
    for x in places:
        measured = numerical_derivative(function, x)
        worked_out = formula(x)
        assert measured == pytest.approx(worked_out, rel=1e-7, abs=1e-8)
        if worked_out:
            assert measured != pytest.approx(1.01 * worked_out, rel=1e-4)


def test_the_limit_of_secants():
    derivation(
        "07-derivatives",
        "7.1",
        r"f'(x) = \frac{df}{dx} = "
        r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h}",
    )
    for x in PLACES:
        misses = [
            abs((math.sin(x + h) - math.sin(x)) / h - math.cos(x))
            for h in (0.1, 0.01, 0.001, 0.0001)
        ]
        assert all(b < 0.2 * a for a, b in itertools.pairwise(misses))


def test_the_square():
    derivation(
        "07-derivatives",
        "7.2",
        r"""f(x) = x^2 \quad\text{has}\quad
        f'(x) = \lim_{h \to 0} (2x + h) = 2x""",
    )
    agree(lambda x: x**2, lambda x: 2 * x, (-1.5, 0.0, *PLACES))


def test_constants_and_lines():
    derivation(
        "07-derivatives",
        "7.3",
        r"""\begin{aligned}
f(x) &= b: & f'(x) &= 0 \\
f(x) &= ax + b: & f'(x) &= a
\end{aligned}""",
    )
    agree(lambda x: 4.0, lambda x: 0)
    agree(lambda x: -3 * x + 4, lambda x: -3)


def test_sums_and_factors():
    derivation(
        "07-derivatives",
        "7.4",
        r"""\frac{d}{dx} \bigl( f + g \bigr) = f' + g'
        \qquad\qquad
        \frac{d}{dx} \bigl( c f \bigr) = c f'""",
    )
    agree(lambda x: math.sin(x) + math.log(x), lambda x: math.cos(x) + 1 / x)
    agree(lambda x: 7 * math.sin(x), lambda x: 7 * math.cos(x))


def test_products():
    derivation(
        "07-derivatives",
        "7.5",
        r"\frac{d}{dx} \bigl( f g \bigr) = f' g + f g'",
    )
    agree(
        lambda x: math.sin(x) * math.log(x),
        lambda x: math.cos(x) * math.log(x) + math.sin(x) / x,
    )


def test_powers():
    derivation("07-derivatives", "7.6", r"\frac{d}{dx}\, x^n = n\, x^{n-1}")
    for n in range(1, 8):
        agree(lambda x, n=n: x**n, lambda x, n=n: n * x ** (n - 1))


def test_one_over_x():
    derivation(
        "07-derivatives",
        "7.7",
        r"\frac{d}{dx}\, \frac{1}{x} = -\frac{1}{x^2} \qquad (x \ne 0)",
    )
    agree(lambda x: 1 / x, lambda x: -1 / x**2, (-2.0, *PLACES))


def test_the_exponential():
    derivation("07-derivatives", "7.8", r"\frac{d}{dx}\, e^x = e^x")
    agree(math.exp, math.exp, (-2.0, 0.0, *PLACES))
    for base in (2, 3, 10):
        agree(lambda x, b=base: b**x, lambda x, b=base: b**x * math.log(b))


def test_the_logarithm():
    derivation(
        "07-derivatives",
        "7.9",
        r"\frac{d}{dx} \log x = \frac{1}{x} \qquad (x > 0)",
    )
    agree(math.log, lambda x: 1 / x)


def test_the_chain_rule():
    derivation(
        "07-derivatives",
        "7.10",
        r"\frac{d}{dx}\, g(f(x)) = g'(f(x)) \cdot f'(x)",
    )
    agree(lambda x: math.sin(x**2), lambda x: math.cos(x**2) * 2 * x)
    agree(lambda x: math.log(math.sin(x)), lambda x: math.cos(x) / math.sin(x))


def test_quotients():
    derivation(
        "07-derivatives",
        "7.11",
        r"""\frac{d}{dx}\, \frac{f}{g} = \frac{f' g - f g'}{g^2}
        \qquad (g \ne 0)""",
    )
    agree(
        lambda x: math.sin(x) / math.exp(x),
        lambda x: (math.cos(x) - math.sin(x)) / math.exp(x),
    )


def test_the_card_repeats_the_rules():
    shown = derivation(
        "07-derivatives",
        "7.12",
        r"""\begin{array}{ll}
        \text{function} & \text{slope} \\ \hline
        b & 0 \\
        a x + b & a \\
        f + g & f' + g' \\
        c f & c f' \\
        f g & f' g + f g' \\
        f / g & (f' g - f g') / g^2 \\
        x^n & n x^{n-1} \\
        1 / x & -1 / x^2 \\
        e^x & e^x \\
        \log x & 1 / x \\
        g(f(x)) & g'(f(x)) \cdot f'(x)
        \end{array}""",
    )
    a, b, c, n = 1.5, -0.7, 2.5, 3
    f, df = math.sin, math.cos
    g, dg = math.exp, math.exp
    card = [
        (lambda x: b, lambda x: 0),
        (lambda x: a * x + b, lambda x: a),
        (lambda x: f(x) + g(x), lambda x: df(x) + dg(x)),
        (lambda x: c * f(x), lambda x: c * df(x)),
        (lambda x: f(x) * g(x), lambda x: df(x) * g(x) + f(x) * dg(x)),
        (
            lambda x: f(x) / g(x),
            lambda x: (df(x) * g(x) - f(x) * dg(x)) / g(x) ** 2,
        ),
        (lambda x: x**n, lambda x: n * x ** (n - 1)),
        (lambda x: 1 / x, lambda x: -1 / x**2),
        (math.exp, math.exp),
        (math.log, lambda x: 1 / x),
        (lambda x: g(f(x)), lambda x: dg(f(x)) * df(x)),
    ]
    assert shown.count(r"\\") == len(card)
    for function, formula in card:
        agree(function, formula)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def test_the_sigmoid():
    derivation(
        "07-derivatives",
        "7.13",
        r"""\begin{aligned}
\sigma'(z) &= \frac{e^{-z}}{(1 + e^{-z})^2}
= \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} \\
&= \sigma(z) \bigl( 1 - \sigma(z) \bigr)
\end{aligned}""",
    )
    for form in (
        lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
        lambda z: sigmoid(z) * (1 - sigmoid(z)),
    ):
        agree(sigmoid, form, (-3.0, 0.0, *PLACES))


def test_the_tanh():
    derivation(
        "07-derivatives",
        "7.14",
        r"""\begin{aligned}
\tanh'(z) &= 4\, \sigma(2z) \bigl( 1 - \sigma(2z) \bigr) \\
&= \bigl( 1 + \tanh(z) \bigr) \bigl( 1 - \tanh(z) \bigr) \\
&= 1 - \tanh^2(z)
\end{aligned}""",
    )
    for form in (
        lambda z: 4 * sigmoid(2 * z) * (1 - sigmoid(2 * z)),
        lambda z: (1 + math.tanh(z)) * (1 - math.tanh(z)),
        lambda z: 1 - math.tanh(z) ** 2,
    ):
        agree(math.tanh, form, (-2.0, 0.0, *PLACES))


def test_the_relu():
    derivation(
        "07-derivatives",
        "7.15",
        r"""\begin{aligned}
f(z) &= \max(0, z) \\
f'(z) &=
\begin{cases}
0 & \text{if } z < 0 \\
1 & \text{if } z > 0
\end{cases}
\end{aligned}""",
    )
    agree(lambda z: max(0.0, z), lambda z: int(z > 0), (-2.0, -0.1, *PLACES))
    ahead = forward_difference(lambda z: max(0.0, z), 0.0)
    behind = forward_difference(lambda z: max(0.0, -z), 0.0)
    assert (ahead, -behind) == (1, 0)  # one for each side: no one slope


def test_the_coefficients_of_taylor():
    derivation(
        "07-derivatives",
        "7.16",
        r"""\begin{aligned}
p(0) &= a_0 & p''(0) &= 2 a_2 \\
p'(0) &= a_1 & p'''(0) &= 3 \cdot 2\, a_3 = 6 a_3
\end{aligned}""",
    )
    a = [0.7, -1.3, 2.1, 0.4]
    p = np.polynomial.Polynomial(a)
    at_zero = [float(p.deriv(order)(0.0)) for order in range(4)]

    assert at_zero == pytest.approx([a[0], a[1], 2 * a[2], 6 * a[3]])


def test_the_taylor_polynomial():
    derivation(
        "07-derivatives",
        "7.17",
        r"""\begin{aligned}
f(x + h) \approx {}& f(x) + f'(x)\, h \\
&+ \frac{f''(x)}{2}\, h^2 + \frac{f'''(x)}{6}\, h^3
\end{aligned}""",
    )
    for x in PLACES:
        values = math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)
        misses = []
        for h in (0.1, 0.05):
            terms = values[0], values[1] * h, values[2] / 2 * h**2
            imitation = sum(terms) + values[3] / 6 * h**3
            misses.append(abs(math.sin(x + h) - imitation))
        assert 12 < misses[0] / misses[1] < 20  # about 2 to the 4th


def test_the_truncation_errors():
    derivation(
        "07-derivatives",
        "7.18",
        r"""\begin{aligned}
        \frac{f(x + h) - f(x)}{h} - f'(x) &\approx \frac{h}{2}\, f''(x) \\
        \frac{f(x + h) - f(x - h)}{2h} - f'(x)
        &\approx \frac{h^2}{6}\, f'''(x)
        \end{aligned}""",
    )
    h = 1e-3
    for x in PLACES:
        forward = (math.sin(x + h) - math.sin(x)) / h - math.cos(x)
        central = (math.sin(x + h) - math.sin(x - h)) / (2 * h) - math.cos(x)
        assert forward == pytest.approx(h / 2 * -math.sin(x), rel=0.01)
        assert central == pytest.approx(h**2 / 6 * -math.cos(x), rel=1e-4)


def test_the_slope_of_the_error():
    derivation(
        "07-derivatives",
        "7.19",
        r"""\begin{aligned}
\text{forward: } E &= A h + \frac{B}{h}
& \frac{dE}{dh} &= A - \frac{B}{h^2} \\
\text{central: } E &= A h^2 + \frac{B}{h}
& \frac{dE}{dh} &= 2 A h - \frac{B}{h^2}
\end{aligned}""",
    )
    a, b = 5.1, 2.3
    agree(lambda h: a * h + b / h, lambda h: a - b / h**2)
    agree(lambda h: a * h**2 + b / h, lambda h: 2 * a * h - b / h**2)


def test_the_error_stays_below_its_bound():
    x, off = 1.7, np.spacing(1.7**3)
    for power in np.arange(1, 14, 0.25):
        h = 10.0**-power
        upper, lower = x + h, x - h
        forward = (upper * upper * upper - x * x * x) / (upper - x)
        central = (upper * upper * upper - lower * lower * lower) / (
            upper - lower
        )
        # Half as much again: three roundings for each value.
        assert abs(forward - 8.67) < 1.5 * (5.1 * h + h**2 + 2 * off / h)
        assert abs(central - 8.67) < 1.5 * (h**2 + off / h)


def test_the_best_steps():
    derivation(
        "07-derivatives",
        "7.20",
        r"""\begin{aligned}
\text{forward: } h &= \sqrt{\frac{B}{A}} \\
\text{central: } h &= \sqrt[3]{\frac{B}{2A}}
\end{aligned}""",
    )
    a, b = 5.1, 2.3e-6
    h = np.geomspace(1e-6, 1, 100_001)

    best = h[(a * h + b / h).argmin()]
    assert best == pytest.approx(math.sqrt(b / a), rel=1e-3)
    best = h[(a * h**2 + b / h).argmin()]
    assert best == pytest.approx((b / (2 * a)) ** (1 / 3), rel=1e-3)


def test_the_complex_step():
    derivation(
        "07-derivatives",
        "7.21",
        r"""\frac{\operatorname{Im} f(x + ih)}{h}
        \approx f'(x) - \frac{h^2}{6}\, f'''(x)""",
    )
    h = 1e-2
    for x in PLACES:
        off = cmath.sin(complex(x, h)).imag / h - math.cos(x)
        assert off == pytest.approx(-(h**2) / 6 * -math.cos(x), rel=1e-4)
        assert complex_step(cmath.sin, x) == pytest.approx(
            math.cos(x), rel=1e-14
        )


def test_the_cube_off_the_line():
    for x, h in ((1.7, 0.1), (-0.4, 2.0)):
        value = complex(x, h) ** 3
        assert value.real == pytest.approx(x**3 - 3 * x * h**2)
        assert value.imag == pytest.approx(3 * x**2 * h - h**3)


def test_the_partial_derivatives_of_a_neuron():
    derivation(
        "07-derivatives",
        "7.22",
        r"""\begin{aligned}
\frac{\partial L}{\partial w} &= 2\, (2w + b - 3) \cdot 2 \\
\frac{\partial L}{\partial b} &= 2\, (2w + b - 3) \cdot 1
\end{aligned}""",
    )

    def loss(w, b):
        return (2 * w + b - 3) ** 2

    for w in PLACES:
        for b in (-1.0, 0.5):
            agree(
                lambda v, b=b: loss(v, b),
                lambda v, b=b: 4 * (2 * v + b - 3),
                (w,),
            )
            agree(
                lambda v, w=w: loss(w, v),
                lambda v, w=w: 2 * (2 * w + v - 3),
                (b,),
            )
