"""Reading a body, on an archive of four vertices."""

import gzip
import json
import zipfile

import numpy as np
import pytest

from samples.render.assets import BODY_ROOT
from samples.render.body import load_body, triangles, vertex_normals
from samples.render.errors import AssetError

OBJ = """# a square
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0.1 0.2
vt 0.9 0.2
vt 0.9 0.8
vt 0.1 0.8
g body
f 1/1 2/2 3/3 4/4
"""
RIG = {
    "hand": {
        "parent": "arm",
        "head": {"strategy": "MEAN", "vertex_indices": [2, 3]},
        "tail": {"strategy": "VERTEX", "vertex_index": 3},
    },
    "arm": {
        "parent": "",
        "head": {"strategy": "CUBE", "cube_name": "base"},
        "tail": {"strategy": "MEAN", "vertex_indices": [2, 3]},
    },
}
WEIGHTS = {"weights": {"arm": [[0, 2.0], [1, 1.0], [2, 1.0]], "hand": [[2, 1.0], [3, 0.5]]}}


@pytest.fixture
def archive(tmp_path):
    files = {
        "3dobjs/base.obj": OBJ.encode(),
        "mesh_metadata/basemesh_vertex_groups.json": json.dumps({"body": [[0, 3]], "base": [[0, 1]]}).encode(),
        "rigs/standard/rig.default.json": json.dumps({"bones": RIG}).encode(),
        "rigs/standard/weights.default.json": json.dumps(WEIGHTS).encode(),
        "targets/tall.target.gz": gzip.compress(b"# comment\n2 0 2 0\n3 0 2 0\n"),
        "targets/expression/units/some/eye-left-closure.target.gz": gzip.compress(b"0 0 0 .1\n"),
        "targets/expression/units/some/eye-right-closure.target.gz": gzip.compress(b"1 0 0 .2\n"),
    }
    with zipfile.ZipFile(tmp_path / "body.zip", "w") as made:
        for name, data in files.items():
            made.writestr(BODY_ROOT + name, data)
    with zipfile.ZipFile(tmp_path / "body.zip") as opened:
        yield opened


def test_a_target_moves_its_vertices_by_its_weight_and_the_bones_follow(archive):
    body = load_body(archive, {"tall": 0.5}, "some")
    assert body.vertices.tolist() == [[0, 0, 0], [1, 0, 0], [1, 2, 0], [0, 2, 0]]
    assert body.skeleton.head("hand").tolist() == [0.5, 2, 0]
    assert body.skeleton.head("arm").tolist() == [0.5, 0, 0]
    assert body.skeleton.tail("hand").tolist() == [0, 2, 0]


def test_parents_stand_before_children_and_weights_sum_to_one(archive):
    body = load_body(archive, {}, "some")
    assert body.skeleton.names == ["arm", "hand"]
    assert body.skeleton.parents.tolist() == [-1, 0]
    assert body.weights.tolist() == [[1, 0], [1, 0], [0.5, 0.5], [0, 1]]
    assert body.weight_under("arm").tolist() == [1, 1, 1, 1]
    assert body.weight_under("hand").tolist() == body.weight_of("ha").tolist() == [0, 0, 0.5, 1]


def test_closing_the_eyes_takes_both_eyelids(archive):
    assert load_body(archive, {}, "some").eyelid_offsets[:, 2] == pytest.approx([0.1, 0.2, 0, 0])


def test_texture_coordinates_follow_their_vertices(archive):
    assert load_body(archive, {}, "some").uv[2].tolist() == [0.9, 0.8]


def test_a_missing_target_is_named(archive):
    with pytest.raises(AssetError, match="targets/short"):
        load_body(archive, {"short": 1.0}, "some")


def test_normals_of_a_square_point_to_its_front(archive):
    body = load_body(archive, {}, "some")
    faces = triangles(body.quads["body"])
    assert faces.tolist() == [[0, 1, 2], [0, 2, 3]]
    assert np.allclose(vertex_normals(body.vertices, faces), [0, 0, 1])
