"""The same step with all that costs time taken out: the bound of the bench.

Nothing is checked, every result goes into an array that is there already,
and one flat block holds all parameters, so that Adam goes over it once. It
is no code to learn from. What still parts it from the bare matrix products
is what NumPy itself asks for: a pass over memory, and a call, for each
operation.
"""

import math

import numpy as np


def views(block, shapes):
    """Return the (weights, biases) of each layer, as parts of `block`."""
    pairs, end = [], 0
    for n_in, n_out in shapes:
        start, end = end, end + n_in * n_out
        weights = block[start:end].reshape(n_in, n_out)
        start, end = end, end + n_out
        pairs.append((weights, block[start:end].reshape(1, n_out)))
    return pairs


def build(inputs, labels, parameters, rate):
    """Return a step of it, which changes copies of the parameters."""
    shapes = [weights.shape for weights, _ in parameters]
    n_layers, n_samples = len(shapes), len(inputs)
    size = sum(weights.size + biases.size for weights, biases in parameters)
    values, gradients, totals, squares, spare = np.zeros((5, size), np.float32)
    layers, slopes = views(values, shapes), views(gradients, shapes)
    for place, pair in enumerate(parameters):
        for part, given in zip(layers[place], pair, strict=True):
            part[:] = given

    outputs = [np.empty((n_samples, n), np.float32) for _, n in shapes]
    d_outputs = [np.empty_like(each) for each in outputs]
    masks = [np.empty(each.shape, bool) for each in outputs]
    zeros = [np.zeros_like(each) for each in outputs]  # quicker than a 0
    entered = [inputs, *outputs]  # what goes into each layer
    ones = np.ones((1, n_samples), np.float32)
    n_classes = shapes[-1][1]
    scores = np.empty((n_classes, n_samples), np.float32)
    right = labels * n_samples + np.arange(n_samples)  # in the flat scores
    one_hot = np.zeros((n_samples, n_classes), np.float32)
    one_hot[np.arange(n_samples), labels] = 1
    count = 0

    def descend():
        nonlocal count
        count += 1
        weight = (1 - 0.9**count) / (1 - 0.9)
        root = math.sqrt((1 - 0.999**count) / (1 - 0.999))
        np.multiply(totals, 0.9, out=totals)
        np.add(totals, gradients, out=totals)
        np.multiply(squares, 0.999, out=squares)
        np.square(gradients, out=spare)
        np.add(squares, spare, out=squares)
        np.sqrt(squares, out=spare)
        np.add(spare, 1e-7 * root, out=spare)
        np.divide(totals, spare, out=spare)
        np.multiply(spare, rate * root / weight, out=spare)
        np.subtract(values, spare, out=values)

    def step():
        for place, (weights, biases) in enumerate(layers):
            result = outputs[place]
            np.dot(entered[place], weights, out=result)
            np.add(result, biases, out=result)
            if place < n_layers - 1:
                np.maximum(result, zeros[place], out=result)
        np.copyto(scores, outputs[-1].T)
        np.subtract(scores, scores.max(axis=0), out=scores)
        chosen = scores.take(right)
        np.exp(scores, out=scores)
        sums = scores.sum(axis=0)
        loss = float(np.log(sums).sum() - chosen.sum()) / n_samples
        np.divide(scores, sums, out=scores)
        np.subtract(scores.T, one_hot, out=d_outputs[-1])
        np.multiply(d_outputs[-1], 1 / n_samples, out=d_outputs[-1])
        for place in reversed(range(n_layers)):
            above = d_outputs[place]
            d_weights, d_biases = slopes[place]
            np.dot(entered[place].T, above, out=d_weights)
            np.dot(ones, above, out=d_biases)
            if place:
                below = d_outputs[place - 1]
                np.dot(above, layers[place][0].T, out=below)
                mask = masks[place - 1]
                np.greater(entered[place], 0, out=mask)
                np.multiply(below, mask, out=below)
        descend()
        return loss

    return step
