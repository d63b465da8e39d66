"""What the architecture can and cannot tell apart."""

import numpy as np
import pytest
import torch

from recognizer.spoter import Attention, SingleQueryAttention


def logits(model, keypoints):
    with torch.inference_mode():
        return model(torch.from_numpy(keypoints)).numpy()


def test_order_matters(random_model, signer):
    keypoints = signer(30)
    assert np.abs(logits(random_model, keypoints) - logits(random_model, keypoints[::-1].copy())).max() > 1e-3


def test_a_still_clip_gets_the_same_answer_at_every_frame_rate(random_model, signer):
    still = signer(1)
    at_rates = [logits(random_model, np.repeat(still, frames, axis=0)) for frames in (60, 120, 240)]
    np.testing.assert_allclose(at_rates[0], at_rates[2], atol=2e-3)
    np.testing.assert_allclose(at_rates[1], at_rates[2], atol=2e-3)


@pytest.mark.parametrize("lengths", [None, (17, 1, 9)], ids=["a clip", "a padded batch"])
def test_a_single_query_gets_what_attention_in_general_gives_it(lengths):
    torch.manual_seed(0)
    attention = SingleQueryAttention(width=24, heads=3).eval()
    query, tokens, padding = torch.randn(1, 24), torch.randn(17, 24), None
    if lengths is not None:
        query, tokens = query.expand(3, -1, -1), torch.randn(3, 17, 24)
        padding = torch.arange(17) >= torch.tensor(lengths)[:, None]
    with torch.inference_mode():
        torch.testing.assert_close(
            attention(query, tokens, padding), Attention.forward(attention, query, tokens, padding)
        )
