"""The published transformer: frames without order, six layers, a decoder without self-attention."""

import copy
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from recognizer.published.preprocess import Preprocess


@dataclass(frozen=True)
class Architecture:
    """Sizes of a published SPOTER, its own as defaults. `width` is the number of features of a frame: 54 x 2."""

    classes: int
    layers: int = 6
    feed_forward: int = 2048
    width: int = 108
    heads: int = 9
    dropout: float = 0.1

    @property
    def name(self) -> str:
        """As in the thesis: 6C-2048FF has six encoder and six decoder layers and 2048 feed-forward units."""
        return f"{self.layers}C-{self.feed_forward}FF"

    def as_dict(self) -> dict:
        return asdict(self)


class DecoderLayer(nn.Module):
    """`query` [..., 1, width] looks at `tokens` [..., frames, width].

    Where a usual decoder has self-attention, the published one adds the query to itself (in evaluation the norm undoes
    that; in training, dropout makes it noise).
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(arch.width, arch.heads, arch.dropout, batch_first=True)
        self.expand = nn.Linear(arch.width, arch.feed_forward)
        self.shrink = nn.Linear(arch.feed_forward, arch.width)
        self.norm_query, self.norm_attention, self.norm_feed_forward = (nn.LayerNorm(arch.width) for _ in range(3))
        self.dropout = nn.Dropout(arch.dropout)

    def forward(self, query: Tensor, tokens: Tensor, padding: Tensor | None) -> Tensor:
        x = self.norm_query(query + self.dropout(query))
        attended, _ = self.attention(x, tokens, tokens, key_padding_mask=padding, need_weights=False)
        x = self.norm_attention(x + self.dropout(attended))
        hidden = self.dropout(F.relu(self.expand(x)))
        return self.norm_feed_forward(x + self.dropout(self.shrink(hidden)))


class Published(nn.Module):
    """Keypoints [..., frames, 54, 2] (image units, NaN where missing) -> logits [..., classes].

    A batch [clips, frames, 54, 2] needs `lengths` [clips], the true number of frames of each clip.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.arch = arch
        self.preprocess = Preprocess()
        self.position = nn.Parameter(torch.rand(1, arch.width))
        self.class_query = nn.Parameter(torch.rand(1, arch.width))
        layer = nn.TransformerEncoderLayer(arch.width, arch.heads, arch.feed_forward, arch.dropout, batch_first=True)
        self.encoder = nn.TransformerEncoder(
            layer, arch.layers, norm=nn.LayerNorm(arch.width), enable_nested_tensor=False
        )
        for weight in self.encoder.parameters():
            if weight.dim() > 1:
                nn.init.xavier_uniform_(weight)
        # As published, all decoder layers start as copies of one, with PyTorch's own initial weights.
        first = DecoderLayer(arch)
        self.decoder = nn.ModuleList(copy.deepcopy(first) for _ in range(arch.layers))
        self.norm = nn.LayerNorm(arch.width)
        self.classify = nn.Linear(arch.width, arch.classes)

    def forward(self, keypoints: Tensor, lengths: Tensor | None = None) -> Tensor:
        return self.read(self.preprocess(keypoints), lengths)

    def read(self, features: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Normalised frames [..., frames, 108] -> logits [..., classes]."""
        padding = None
        query = self.class_query
        if lengths is not None:
            padding = torch.arange(features.shape[-2], device=features.device) >= lengths[:, None]
            query = query.expand(len(lengths), -1, -1)
        # One vector for every frame: attention sees a set, not a sequence.
        tokens = self.encoder(features + self.position, src_key_padding_mask=padding)
        for layer in self.decoder:
            query = layer(query, tokens, padding)
        return self.classify(self.norm(query)).squeeze(-2)
