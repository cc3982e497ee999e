"""A peer for the bench: the same network as a first draft would have it.

float64 as NumPy makes it, the gradient of the data computed though nobody
asks for it, softmax and its loss apart, new arrays at every step, nothing
checked. It is no part of the course; `test_bench.py` holds its results equal
to the package's.
"""

import numpy as np


class Layer:
    def __init__(self, weights, biases):
        self.weights = weights.astype(float)
        self.biases = biases.astype(float)

    def forward(self, inputs):
        self.inputs = inputs
        return np.dot(inputs, self.weights) + self.biases

    def backward(self, slopes):
        self.d_weights = np.dot(self.inputs.T, slopes)
        self.d_biases = np.sum(slopes, axis=0, keepdims=True)
        return np.dot(slopes, self.weights.T)


class Rectifier:
    def forward(self, inputs):
        self.inputs = inputs
        return np.maximum(0, inputs)

    def backward(self, slopes):
        slopes = slopes.copy()
        slopes[self.inputs <= 0] = 0
        return slopes


class SoftmaxRows:
    def forward(self, inputs):
        powers = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.outputs = powers / np.sum(powers, axis=1, keepdims=True)
        return self.outputs

    def backward(self, slopes):
        shares = np.sum(slopes * self.outputs, axis=1, keepdims=True)
        return self.outputs * (slopes - shares)


class LogLoss:
    def forward(self, rows, labels):
        self.rows, self.labels = np.clip(rows, 1e-7, 1 - 1e-7), labels
        return np.mean(-np.log(self.rows[range(len(rows)), labels]))

    def backward(self):
        one_hot = np.eye(self.rows.shape[1])[self.labels]
        return -one_hot / self.rows / len(self.rows)


class AdamByTheBook:
    def __init__(self, rate):
        self.rate = rate
        self.steps = 0
        self.memory = {}

    def update(self, layers):
        self.steps += 1
        for layer in layers:
            for name in ("weights", "biases"):
                gradient = getattr(layer, f"d_{name}")
                mean, squares = self.memory.get((layer, name), (0, 0))
                mean = 0.9 * mean + 0.1 * gradient
                squares = 0.999 * squares + 0.001 * gradient**2
                self.memory[layer, name] = mean, squares
                mean = mean / (1 - 0.9**self.steps)
                squares = squares / (1 - 0.999**self.steps)
                change = self.rate * mean / (np.sqrt(squares) + 1e-7)
                setattr(layer, name, getattr(layer, name) - change)


def build(inputs, labels, parameters, rate):
    """Return a function that takes one step and returns the loss."""
    layers = [Layer(weights, biases) for weights, biases in parameters]
    chain = [layers[0]]
    for layer in layers[1:]:
        chain += [Rectifier(), layer]
    chain.append(SoftmaxRows())
    return steps(chain, layers, inputs, labels, rate)


def steps(chain, layers, inputs, labels, rate):
    """Return a function that takes a step with the parts of a chain."""
    loss, optimizer = LogLoss(), AdamByTheBook(rate)
    inputs = inputs.astype(float)

    def step():
        values = inputs
        for part in chain:
            values = part.forward(values)
        value = loss.forward(values, labels)
        slopes = loss.backward()
        for part in reversed(chain):
            slopes = part.backward(slopes)
        optimizer.update(layers)
        return float(value)

    return step
