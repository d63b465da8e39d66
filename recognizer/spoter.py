"""SPOTER: a pose transformer for isolated signs (Bohacek & Hruz, WACVW 2022), encoder and decoder layers.

A frame is a token. The encoder lets the frames look at each other; the decoder's single class query looks at the
encoded frames and is read as the sign. docs/recognizer.md says where this differs from the published model and why.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from recognizer import keypoints as kp
from recognizer.preprocess import Preprocess


@dataclass(frozen=True)
class Architecture:
    """Sizes of a SPOTER. `width` is the number of features of a frame: 54 keypoints x 2."""

    classes: int
    layers: int = 1
    feed_forward: int = 128
    width: int = 108
    heads: int = 9
    phase_waves: int = 8
    dropout: float = 0.1

    @property
    def name(self) -> str:
        """As in the thesis: 6C-32FF has six encoder and six decoder layers and 32 feed-forward units."""
        return f"{self.layers}C-{self.feed_forward}FF"

    def as_dict(self) -> dict:
        return asdict(self)


HAND_GAIN = 3.0
"""A hand is about a third of a shoulder width: this brings its points to the magnitude of the body's."""


class Embedding(nn.Linear):
    """A frame's coordinates [..., frames, 108] -> token, each hand read from its own wrist and enlarged.

    Where a hand is, the body's wrist tells; a missing hand stands on that wrist and so becomes all zeros. Reading from
    the wrist is itself a matrix, so the exporter folds it into the weights and it costs nothing.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, width)
        points = torch.eye(kp.COUNT)
        for hand in (kp.LEFT_HAND, kp.RIGHT_HAND):
            points[hand, hand] *= HAND_GAIN
            points[hand, hand.start] -= HAND_GAIN
        self.register_buffer("hands_from_wrist", torch.kron(points, torch.eye(2)), persistent=False)

    def forward(self, frames: Tensor) -> Tensor:
        return F.linear(frames, self.weight @ self.hands_from_wrist, self.bias)


class Attention(nn.Module):
    """Multi-head attention of `queries` [..., q, width] over `tokens` [..., frames, width]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)

    def forward(self, queries: Tensor, tokens: Tensor, padding: Tensor | None) -> Tensor:
        size = queries.shape[-1] // self.heads
        split = (self.heads, size)
        query = self.query(queries).unflatten(-1, split).transpose(-2, -3) / math.sqrt(size)
        key, value = self.key_value(tokens).unflatten(-1, (2 * self.heads, size)).transpose(-2, -3).chunk(2, dim=-3)
        scores = query @ key.transpose(-1, -2)
        if padding is not None:
            scores = scores.masked_fill(padding[:, None, None, :], -torch.inf)
        mixed = scores.softmax(-1) @ value
        return self.output(mixed.transpose(-2, -3).flatten(-2))


class SingleQueryAttention(Attention):
    """The same for one query [..., 1, width], at a fraction of the products.

    Keys and values of every frame are not needed: the keys' matrix can multiply the query, once, and the values' matrix
    the mean of the tokens that each head has weighed. What the keys' bias adds is the same for every frame, and so
    nothing after the softmax.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__(width, heads)
        self.register_buffer("own", torch.eye(heads).unsqueeze(-1), persistent=False)

    def forward(self, queries: Tensor, tokens: Tensor, padding: Tensor | None) -> Tensor:
        # Another order of sums would train other weights than those that the documents' figures are of.
        if self.training:
            return super().forward(queries, tokens, padding)
        key, value = self.key_value.weight.chunk(2)
        value_bias = self.key_value.bias.chunk(2)[1]
        query = self.query(queries) / math.sqrt(queries.shape[-1] // self.heads)
        sought = self._own(query).flatten(-2) @ key
        scores = (tokens @ sought.transpose(-1, -2)).transpose(-1, -2)
        if padding is not None:
            scores = scores.masked_fill(padding[:, None, :], -torch.inf)
        mean = scores.softmax(-1) @ tokens
        mixed = self._own(F.linear(mean, value, value_bias)).sum(-3).flatten(-2)
        return self.output(mixed.unsqueeze(-2))

    def _own(self, features: Tensor) -> Tensor:
        """Row h keeps the features of head h: [..., heads or 1, width] -> [..., heads, heads, width / heads]."""
        return features.unflatten(-1, (self.heads, -1)) * self.own


class Layer(nn.Module):
    """Attention, then a feed-forward network, each added to its input and normalised (post-norm, as published)."""

    def __init__(self, arch: Architecture, attention: type[Attention] = Attention) -> None:
        super().__init__()
        self.attention = attention(arch.width, arch.heads)
        self.expand = nn.Linear(arch.width, arch.feed_forward)
        self.shrink = nn.Linear(arch.feed_forward, arch.width)
        self.norm_attention = nn.LayerNorm(arch.width)
        self.norm_feed_forward = nn.LayerNorm(arch.width)
        self.dropout = nn.Dropout(arch.dropout)

    def forward(self, queries: Tensor, tokens: Tensor, padding: Tensor | None) -> Tensor:
        x = self.norm_attention(queries + self.dropout(self.attention(queries, tokens, padding)))
        hidden = self.dropout(F.relu(self.expand(x)))
        return self.norm_feed_forward(x + self.dropout(self.shrink(hidden)))


class Spoter(nn.Module):
    """Keypoints [..., frames, 54, 2] (image units, NaN where missing) -> logits [..., classes].

    A batch [clips, frames, 54, 2] needs `lengths` [clips], the true number of frames of each clip; what lies beyond
    must be NaN and has no influence.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.arch = arch
        self.preprocess = Preprocess()
        self.embed = Embedding(arch.width)
        self.phase = nn.Linear(arch.phase_waves, arch.width)
        self.encoder = nn.ModuleList(Layer(arch) for _ in range(arch.layers))
        self.decoder = nn.ModuleList(Layer(arch, SingleQueryAttention) for _ in range(arch.layers))
        self.class_query = nn.Parameter(torch.rand(1, arch.width))
        self.classify = nn.Linear(arch.width, arch.classes)
        self.register_buffer("waves", math.pi * torch.arange(1, arch.phase_waves + 1), persistent=False)

    def forward(self, keypoints: Tensor, lengths: Tensor | None = None) -> Tensor:
        features = self.preprocess(keypoints)
        frame = torch.arange(features.shape[-2], device=features.device)
        padding = None if lengths is None else frame >= lengths[:, None]
        total = features.shape[-2] if lengths is None else lengths[:, None]
        tokens = self.embed(features) + self._phase_encoding((frame + 0.5) / total)
        for layer in self.encoder:
            tokens = layer(tokens, tokens, padding)
        query = self.class_query if lengths is None else self.class_query.expand(len(lengths), -1, -1)
        for layer in self.decoder:
            query = layer(query, tokens, padding)
        return self.classify(query).squeeze(-2)

    def _phase_encoding(self, phase: Tensor) -> Tensor:
        """How far through the clip each frame is (`phase` [..., frames], 0-1), as a learned sum of cosines.

        The same movement filmed at 10 or at 30 fps gets the same curve, sampled more or less densely.
        """
        return self.phase(torch.cos(phase.unsqueeze(-1) * self.waves))
