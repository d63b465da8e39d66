"""What the architecture can and cannot tell apart."""

import numpy as np
import torch


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
